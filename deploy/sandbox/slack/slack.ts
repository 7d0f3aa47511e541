import { randomBytes } from 'node:crypto'
import type { Spent } from './budgets.ts'
import type { CallLog } from './calls.ts'
import type { Levers } from './levers.ts'
import type { Sockets } from './sockets.ts'
import type { State } from './state.ts'
import type { Triggers } from './triggers.ts'

/** One running stand-in: its workspace, what is volatile about it, and the keys it shares with the app. */
export type Slack = {
  state: State
  keys: { botToken: string; appToken: string; signingSecret: string }
  /** The scopes the app was installed with; undefined: all. */
  scopes: readonly string[] | undefined
  /** The slash commands it was installed with; undefined: any. */
  commands: readonly string[] | undefined
  levers: Levers
  spent: Spent
  triggers: Triggers
  sockets: Sockets
  log: CallLog
  now(): Date
  /** Waits real time, or rejects when the stand-in closes; tests replace it. */
  wait(seconds: number): Promise<void>
  /** Where the stand-in is reached, without a slash at the end. */
  url(): string
  /** Where the app takes commands, interactions and events over HTTP. */
  requestUrl(): string | undefined
  /** Must be called after every change of `state`. */
  changed(): void
}

/** A message's id: seconds and microseconds, never the same twice. */
export function nextTs(slack: Pick<Slack, 'state' | 'now'>): string {
  const micros = Math.max(slack.now().getTime() * 1000, slack.state.lastTs + 1)
  slack.state.lastTs = micros
  return `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`
}

export function newId(prefix: string): string {
  return prefix + randomBytes(5).toString('hex').toUpperCase()
}
