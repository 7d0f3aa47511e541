import type { Incident, NewSilence } from '../../../engine/client.ts'
import { reasonLength } from '../../commands/reading/quoted.ts'
import { textsFor } from '../../texts/index.ts'
import { context } from '../../views/blocks.ts'
import { cardContext, moment as shownMoment } from '../../views/card-context.ts'
import { matchersText } from '../../views/incident/silences.ts'
import { keyOf } from '../ask-for-job.ts'
import { entered, moment, typed } from '../fields.ts'
import { wrong } from '../refused.ts'
import { aboutForm } from './about-form.ts'

const usualMinutes = 60
/** The engine's own bound: a week. */
export const mostMinutes = 10_080

/** Keeps alerts like those of an incident from opening another one, for a while and with a reason. */
export const silenceForm = aboutForm({
  name: 'silence',
  fields({ incident, texts, draft }, deps) {
    const { forms } = texts.incident
    const c = cardContext(draft, deps)
    const common = incident === null ? [] : commonLabels(incident)
    const isEmpty = incident !== null && incident.alertCounts.total === 0
    const initial = new Date(deps.now().getTime() + usualMinutes * 60_000)
    return [
      context(
        isEmpty
          ? forms.nothingToSilence
          : common.length === 0
            ? forms.silencesAll
            : forms.silences(matchersText(common, c)),
      ),
      moment({ field: 'until', ...forms.silenceUntil, initial }),
      typed({ field: 'reason', ...forms.silenceReason, multiline: true, ...reasonLength }),
    ]
  },
  async act(incidentId, submitted, deps) {
    const texts = textsFor(submitted.locale)
    const until = new Date(Number(entered(submitted.values, 'until')) * 1000)
    if (!(until > deps.now())) return wrong('until', texts.forms.notInFuture, submitted)
    const reason = entered(submitted.values, 'reason')
    if (reason === null) return wrong('reason', texts.forms.missing, submitted)
    const minutes = minutesUntil(until, deps.now())
    if (minutes > mostMinutes) return wrong('until', texts.incident.forms.silenceTooLong, submitted)
    const idempotencyKey = keyOf(submitted, { incidentId, until, reason })
    const request: NewSilence = { incidentId, minutes, reason, by: submitted.user, idempotencyKey }
    const made = await deps.engine.silence(request)
    const c = cardContext(submitted, deps)
    return { text: texts.incident.silences.made({ id: made.id, until: shownMoment(made.endsAt, c) }).mrkdwn }
  },
})

export const minutesUntil = (until: Date, now: Date): number =>
  Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 60_000))

/** What all alerts of the incident that we know have in common: that is what the engine silences. */
export function commonLabels({ alerts }: Pick<Incident, 'alerts'>): { label: string; value: string }[] {
  const [first, ...others] = alerts
  return Object.entries(first?.labels ?? {})
    .filter(([label, value]) => others.every(({ labels }) => labels[label] === value))
    .map(([label, value]) => ({ label, value }))
}
