import { randomBytes, randomInt } from 'node:crypto'
import { Refusal } from './refusal.ts'

/** What a `trigger_id` stands for: who did something, and in which open view if it was in one. */
export type Trigger = { user: string; viewId?: string | undefined }

export type Triggers = {
  issue(trigger: Trigger): string
  /** Spends a trigger. Refuses with `invalid_`, `expired_` or `exchanged_trigger_id`. */
  exchange(id: string): Trigger
}

/** docs.slack.dev/interactivity/handling-user-interaction: a trigger_id lives 3 seconds and opens one view. */
const lifeSeconds = 3
const rememberedSeconds = 3600

export function createTriggers(now: () => Date): Triggers {
  const issued = new Map<string, Trigger & { at: number; exchanged: boolean }>()
  return {
    issue(trigger) {
      const at = now().getTime()
      for (const [id, old] of issued) {
        if (at - old.at < rememberedSeconds * 1000) break
        issued.delete(id)
      }
      const id = newTriggerId()
      issued.set(id, { ...trigger, at, exchanged: false })
      return id
    },
    exchange(id) {
      const trigger = issued.get(id)
      if (trigger === undefined) throw new Refusal('invalid_trigger_id')
      if (trigger.exchanged) throw new Refusal('exchanged_trigger_id')
      if (now().getTime() - trigger.at > lifeSeconds * 1000) throw new Refusal('expired_trigger_id')
      trigger.exchanged = true
      return trigger
    },
  }
}

function newTriggerId(): string {
  return `${randomInt(1e11, 1e12)}.${randomInt(1e10, 1e11)}.${randomBytes(16).toString('hex')}`
}
