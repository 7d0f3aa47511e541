import type { Freeze } from '../../../engine/client.ts'
import type { Answer, Deps } from '../../asked.ts'
import { textsFor } from '../../texts/index.ts'
import { cardContext, moment } from '../../views/card-context.ts'
import { reason } from '../reading/quoted.ts'
import { sequence } from '../reading/reader.ts'
import { reading } from '../reading/subcommands.ts'
import { until } from '../reading/times.ts'
import { environment } from '../reading/values.ts'

/** /ops freeze ENVIRONMENT until TIME "reason": everybody in the channel is told. */
export const freeze = reading(
  sequence(environment, until, reason),
  async ([where, end, why], { asked, deps }) => {
    const request = {
      environment: where,
      reason: why,
      until: end.toISOString(),
      by: asked.user,
      idempotencyKey: asked.key,
    }
    return frozenAnswer(await deps.engine.freeze(request), deps)
  },
)

/** What the channel is told, in its language. */
export function frozenAnswer(made: Freeze, deps: Pick<Deps, 'settings' | 'now'>): Answer {
  const c = cardContext(deps.settings, deps)
  const who = made.createdBy?.name ?? c.settings.product
  const text = c.texts.asking.frozen(who, made.environment, moment(made.endsAt, c), made.reason)
  return { text: text.mrkdwn, visibility: 'channel' }
}

/** /ops unfreeze ENVIRONMENT */
export const unfreeze = reading(environment, async (where, { asked, deps, asking }) => {
  const { lifted } = await deps.engine.unfreeze(where, { by: asked.user })
  if (lifted === 0) return { text: asking.texts.asking.wasNotFrozen(where).mrkdwn }
  const { person } = await deps.engine.who(asked.user)
  const text = textsFor(deps.settings.locale).asking.unfrozen(person.name, where)
  return { text: text.mrkdwn, visibility: 'channel' }
})
