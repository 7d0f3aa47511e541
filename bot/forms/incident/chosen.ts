import type { InputBlock, KnownBlock } from '@slack/web-api'
import { EngineUnavailable, type Incident, type IncidentSummary } from '../../../engine/client.ts'
import { incidentHere } from '../../commands/incident/which.ts'
import { textsFor } from '../../texts/index.ts'
import { section } from '../../views/blocks.ts'
import { cardContext } from '../../views/card-context.ts'
import { incidentLine } from '../../views/incident-card.ts'
import { entered, option, present, select } from '../fields.ts'
import type { Draft, FormDeps, FormValues } from '../form.ts'
import { within } from '../within.ts'

/** What a form about an incident begins with: which one, or, where that is not said, a choice of the open ones. */
export interface About {
  incident: Incident | null
  blocks: (InputBlock | KnownBlock)[]
}

const offered = 100
const patienceSeconds = 2

/** Null: there is no open incident. */
export async function aboutIncident(draft: Draft, deps: FormDeps): Promise<About | null> {
  const c = cardContext(draft, deps)
  const { memory } = draft
  if (memory.incident !== undefined) {
    const incident = await within(patienceSeconds, deps.engine.incident(memory.incident)).catch(silence)
    const line =
      incident === null ? c.texts.incident.forms.loadingAbout(memory.incident) : incidentLine(incident, c)
    return { incident, blocks: [section(line)] }
  }
  const open = await deps.engine.incidents({ open: true, limit: offered })
  if (open.length === 0) return null
  const here = incidentHere(open, memory.channel)
  return { incident: null, blocks: [whichOne(open, here, draft)] }
}

function whichOne(
  open: readonly IncidentSummary[],
  here: IncidentSummary | null,
  { locale }: Pick<Draft, 'locale'>,
): InputBlock {
  const { which, option: label } = textsFor(locale).incident.forms
  const options = open.map(({ id, title }) => option(String(id), label(id, title))).filter(present)
  const initial = options.find(({ value }) => value === String(here?.id))
  return select({ field: 'incident', ...which, options, initial })
}

/** Null: none was chosen. */
export function incidentOf(values: FormValues, memory: { incident?: number | undefined }): number | null {
  const chosen = Number(entered(values, 'incident') ?? memory.incident)
  return Number.isInteger(chosen) && chosen > 0 ? chosen : null
}

/** Without it the form does what it is for all the same. */
function silence(error: unknown): null {
  if (error instanceof EngineUnavailable) return null
  throw error
}
