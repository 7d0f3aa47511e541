import { EngineRefused, type IncidentSummary } from '../../../engine/client.ts'
import type { Answer, Asked, Deps } from '../../asked.ts'
import { ifMayLook } from '../../looking.ts'
import { textsFor } from '../../texts/index.ts'
import { cardContext } from '../../views/card-context.ts'
import { presentIncident } from '../../views/incident/present-state.ts'
import { incidentsView } from '../../views/incidents.ts'

/** The incident that must be meant where no number was typed: the one whose channel this is, or the only open one. */
export function incidentHere(
  open: readonly IncidentSummary[],
  channel: string | undefined,
): IncidentSummary | null {
  const [only, ...others] = open
  const here = open.find((incident) => incident.channel !== null && incident.channel === channel)
  return here ?? (others.length === 0 ? (only ?? null) : null)
}

/** Does something to the incident that was named or must be meant; else shows which there are. */
export async function withIncident(
  id: number | undefined,
  { asked, deps }: { asked: Asked; deps: Deps },
  act: (id: number) => Promise<Answer | null>,
): Promise<Answer | null> {
  if (id !== undefined) return await unlessChanged(id, { asked, deps }, act)
  const open = await deps.engine.incidents({ open: true, limit: 100 })
  const here = incidentHere(open, asked.channel)
  if (here !== null) return await unlessChanged(here.id, { asked, deps }, act)
  const { answers } = textsFor(asked.locale).incident
  if (open.length === 0) return { text: answers.noneOpen.mrkdwn }
  return await ifMayLook(asked, deps, async () => {
    const { blocks } = incidentsView(open, cardContext(asked, deps))
    return { text: answers.which.mrkdwn, blocks }
  })
}

/** What cannot be done any more is answered with how the incident stands. */
async function unlessChanged(
  id: number,
  { asked, deps }: { asked: Asked; deps: Deps },
  act: (id: number) => Promise<Answer | null>,
): Promise<Answer | null> {
  try {
    return await act(id)
  } catch (error) {
    if (!(error instanceof EngineRefused) || error.code !== 'wrong-state') throw error
    const incident = await deps.engine.incident(id)
    return { text: presentIncident(incident, cardContext(asked, deps)).mrkdwn }
  }
}
