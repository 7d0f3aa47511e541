import { randomBytes, randomInt } from 'node:crypto'
import { Refusal } from './refusal.ts'

/** `trigger_id`s: each stands for something one person did just now. */
export type Triggers = {
  issue(user: string): string
  /** Spends a trigger and answers whose it was. Refuses with `invalid_`, `expired_` or `exchanged_trigger_id`. */
  exchange(id: string): string
}

/** docs.slack.dev/interactivity/handling-user-interaction: a trigger_id lives 3 seconds and opens one view. */
const lifeSeconds = 3
const rememberedSeconds = 3600

export function createTriggers(now: () => Date): Triggers {
  const issued = new Map<string, { user: string; at: number; exchanged: boolean }>()
  return {
    issue(user) {
      const at = now().getTime()
      for (const [id, old] of issued) {
        if (at - old.at < rememberedSeconds * 1000) break
        issued.delete(id)
      }
      const id = newTriggerId()
      issued.set(id, { user, at, exchanged: false })
      return id
    },
    exchange(id) {
      const trigger = issued.get(id)
      if (trigger === undefined) throw new Refusal('invalid_trigger_id')
      if (trigger.exchanged) throw new Refusal('exchanged_trigger_id')
      if (now().getTime() - trigger.at > lifeSeconds * 1000) throw new Refusal('expired_trigger_id')
      trigger.exchanged = true
      return trigger.user
    },
  }
}

function newTriggerId(): string {
  return `${randomInt(1e11, 1e12)}.${randomInt(1e10, 1e11)}.${randomBytes(16).toString('hex')}`
}
