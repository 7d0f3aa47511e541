import type { ModalView } from '@slack/web-api'
import type { Logger } from 'pino'
import type { EngineClient } from '../../engine/client.ts'
import { type Answering, FormNotOpened } from '../answering.ts'
import type { Deps } from '../asked.ts'
import type { Content } from '../content.ts'
import type { CurrentSettings } from '../current-settings.ts'
import type { OpenChannel } from '../slack/channels.ts'
import type { Messages } from '../slack/messages.ts'
import type { People } from '../slack/people.ts'
import type { Drawings } from './drawings.ts'

export interface ListeningDeps {
  content: Content
  answering: Answering
  people: People
  settings: CurrentSettings
  engine: EngineClient
  messages: Messages
  openChannel: OpenChannel
  drawings: Drawings
  log: Logger
}

/** What one act's handler is given, however often it is tried: a form that was opened once is not opened again. */
export function depsOfOneAct({
  engine,
  settings,
  messages,
  openChannel,
}: ListeningDeps): () => Promise<Deps> {
  let opened = false
  async function openModal(triggerId: string, view: ModalView): Promise<void> {
    if (opened) return
    const outcome = await messages.openView(triggerId, view)
    if (outcome.kind === 'done') opened = true
    else if (outcome.kind === 'refused' && !outcome.code.endsWith('trigger_id')) {
      throw new Error(`Slack refuses a form: ${[outcome.code, ...outcome.details].join(', ')}`)
    } else throw new FormNotOpened()
  }
  return async () => ({
    engine,
    settings: await settings.get(),
    now: () => new Date(),
    openModal,
    openChannel,
  })
}

/** A record's own entry: `constructor` is no command. */
export function own<Value>(record: Record<string, Value>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}
