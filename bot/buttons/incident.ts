import { z } from 'zod'
import { EngineRefused, type Incident } from '../../engine/client.ts'
import type { Answer, ButtonHandler, Deps, Pressed } from '../asked.ts'
import { openIncidentChannel } from '../commands/incident/channel.ts'
import { postmortemAnswer } from '../commands/incident/postmortem.ts'
import { textsFor } from '../texts/index.ts'
import { cardContext, type CardContext } from '../views/card-context.ts'
import { acknowledgedAnswer, presentEscalation, presentIncident } from '../views/incident/present-state.ts'
import { timelineView } from '../views/incident/timeline.ts'
import type { Mrkdwn } from '../texts/mrkdwn.ts'

const Id = z.coerce.number().int().positive()

/** Said to the one who did it as well: at 3 a.m. nobody should have to wonder. Home shows it by itself. */
export const acknowledge: ButtonHandler = async (pressed, deps) => {
  const id = Id.parse(pressed.value)
  return await unlessChanged(id, { pressed, deps, present: presentIncident }, async () => {
    const incident = await deps.engine.acknowledgeIncident(id, { by: pressed.user })
    if (pressed.viewId !== undefined) return null
    return { text: acknowledgedAnswer(incident, pressed.user, cardContext(pressed, deps)).mrkdwn }
  })
}

/** Only past what was seen: whoever comes second is told whom the first one called. */
export const escalate: ButtonHandler = async (pressed, deps) => {
  const [id, round, level] = z
    .tuple([Id, z.coerce.number().int().min(1), z.coerce.number().int().min(0)])
    .parse(pressed.value.split(' '))
  return await unlessChanged(id, { pressed, deps, present: presentEscalation }, async () => {
    await deps.engine.escalateIncident(id, { by: pressed.user, seen: { round, level } })
    return null
  })
}

export const stillWorking: ButtonHandler = async (pressed, deps) => {
  const id = Id.parse(pressed.value)
  return await unlessChanged(id, { pressed, deps, present: presentIncident }, async () => {
    await deps.engine.stillWorkingOn(id, { by: pressed.user })
    return { text: textsFor(pressed.locale).incident.answers.stillWorking.mrkdwn }
  })
}

export const channel: ButtonHandler = async (pressed, deps) =>
  await openIncidentChannel(Id.parse(pressed.value), pressed, deps)

export const postmortem: ButtonHandler = async (pressed, deps) =>
  await postmortemAnswer(Id.parse(pressed.value), pressed, deps)

export const endSilence: ButtonHandler = async (pressed, deps) => {
  const { id } = await deps.engine.endSilence(Id.parse(pressed.value), { by: pressed.user })
  return { text: textsFor(pressed.locale).incident.silences.ended(id).mrkdwn }
}

/** Another page of the timeline takes the place of the one before. */
export const timeline: ButtonHandler = async (pressed, deps) => {
  const [id, page] = z.tuple([Id, Id]).parse(pressed.value.split(' '))
  return { ...timelineView(await deps.engine.incident(id), page, cardContext(pressed, deps)), replaces: true }
}

/** A button of a card that is out of date is answered with the present state. */
async function unlessChanged(
  id: number,
  c: { pressed: Pressed; deps: Deps; present: (incident: Incident, c: CardContext) => Mrkdwn },
  act: () => Promise<Answer | null>,
): Promise<Answer | null> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof EngineRefused) || error.code !== 'wrong-state') throw error
    const incident = await c.deps.engine.incident(id)
    return { text: c.present(incident, cardContext(c.pressed, c.deps)).mrkdwn }
  }
}
