import { textsFor } from '../../texts/index.ts'
import { mention } from '../../texts/mrkdwn.ts'
import { actions, message, section } from '../../views/blocks.ts'
import { cardContext, moment } from '../../views/card-context.ts'
import { escalateButton, whoIsCalled } from '../../views/incident/buttons.ts'
import { acknowledgedAnswer, presentIncident } from '../../views/incident/present-state.ts'
import { minutesUntil, mostMinutes } from '../../forms/incident/silence.ts'
import { person } from '../reading/person.ts'
import { quoted, reason } from '../reading/quoted.ts'
import { oneOf, optional, sequence, type Reader } from '../reading/reader.ts'
import { looking, reading } from '../reading/subcommands.ts'
import { until } from '../reading/times.ts'
import { incidentNumber, isNumberWord } from '../reading/values.ts'
import { openIncidentChannel } from './channel.ts'
import { withIncident } from './which.ts'

/** The number of an incident, where one was typed: else it is the one that must be meant. */
export const someIncident: Reader<number | undefined> = (words, asking) =>
  isNumberWord(words[0])
    ? incidentNumber(words, asking)
    : { ok: true, value: undefined, typed: '', rest: words }

/** ack [N] */
export const acknowledge = reading(someIncident, async (typed, input) => {
  const { deps, asked } = input
  return await withIncident(typed, input, async (id) => {
    const incident = await deps.engine.acknowledgeIncident(id, { by: asked.user })
    return { text: acknowledgedAnswer(incident, asked.user, cardContext(asked, deps)).mrkdwn }
  })
})

/** resolve [N] ["reason"] */
export const resolve = reading(sequence(someIncident, optional(reason)), async ([typed, why], input) => {
  const { deps, asked, asking } = input
  return await withIncident(typed, input, async (id) => {
    await deps.engine.resolveIncident(id, { by: asked.user, ...(why !== undefined && { reason: why }) })
    return { text: asking.texts.asking.incidentResolved(id).mrkdwn }
  })
})

/**
 * escalate [N]: the button does it, because it carries what is seen. The command alone would call one level more each
 * time it is tried again.
 */
export const escalate = looking(someIncident, async (typed, input) => {
  const { deps, asked } = input
  return await withIncident(typed, input, async (id) => {
    const c = cardContext(asked, deps)
    const incident = await deps.engine.incident(id)
    const { cannotEscalate, escalate: asks } = c.texts.incident.answers
    if (incident.state === 'resolved') return { text: presentIncident(incident, c).mrkdwn }
    const { escalation } = incident
    const found = escalateButton(incident, c)
    if (escalation === null || found === null) return { text: cannotEscalate(id).mrkdwn }
    const said = asks(id, whoIsCalled(escalation, c))
    return message(said, [section(said), ...actions(found)])
  })
})

/** assign [N] @PERSON */
export const assign = reading(sequence(someIncident, person), async ([typed, to], input) => {
  const { deps, asked, asking } = input
  return await withIncident(typed, input, async (id) => {
    await deps.engine.assignIncident(id, { by: asked.user, to })
    return { text: asking.texts.incident.answers.assigned(id, mention(to)).mrkdwn }
  })
})

const noteText = quoted({
  missing: (texts) => texts.incident.answers.missingNote,
  minimum: 1,
  maximum: 2000,
})

/** note [N] "text" */
export const note = reading(sequence(someIncident, noteText), async ([typed, text], input) => {
  const { deps, asked, asking } = input
  return await withIncident(typed, input, async (id) => {
    await deps.engine.noteOnIncident(id, { by: asked.user, text, idempotencyKey: asked.key })
    return { text: asking.texts.incident.answers.noted(id).mrkdwn }
  })
})

const someRole = oneOf(
  [
    { value: 'commander' as const, names: ['commander', 'comandante'] },
    { value: 'scribe' as const, names: ['scribe', 'escriba'] },
  ],
  {
    missing: (texts) => texts.incident.answers.missingRole,
    unknown: (word, texts) => texts.incident.answers.notARole(word),
  },
)

/** role [N] commander|scribe @PERSON */
export const role = reading(sequence(someIncident, someRole, person), async ([typed, which, who], input) => {
  const { deps, asked, asking } = input
  return await withIncident(typed, input, async (id) => {
    await deps.engine.giveIncidentRole(id, { by: asked.user, role: which, person: who })
    const { answers, roles } = asking.texts.incident
    return { text: answers.role(id, roles[which], mention(who)).mrkdwn }
  })
})

/** channel [N] */
export const channel = reading(someIncident, async (typed, input) => {
  const { deps, asked } = input
  return await withIncident(typed, input, async (id) => await openIncidentChannel(id, asked, deps))
})

/** silence [N] until TIME "reason" */
export const silence = reading(sequence(someIncident, until, reason), async ([typed, end, why], input) => {
  const { deps, asked } = input
  const { forms, silences } = textsFor(asked.locale).incident
  const minutes = minutesUntil(end, deps.now())
  if (minutes > mostMinutes) return { text: forms.silenceTooLong.mrkdwn }
  return await withIncident(typed, input, async (incidentId) => {
    const made = await deps.engine.silence({
      incidentId,
      minutes,
      reason: why,
      by: asked.user,
      idempotencyKey: asked.key,
    })
    const until = moment(made.endsAt, cardContext(asked, deps))
    return { text: silences.made({ id: made.id, until }).mrkdwn }
  })
})
