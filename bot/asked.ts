import type { KnownBlock, ModalView } from '@slack/web-api'
import type { EngineClient, Settings } from '../engine/client.ts'

export type Locale = Settings['locale']

/** Who acts, in which language they read, and when "18:00" is for them (an IANA time zone). */
interface Person {
  /** Slack user id. */
  user: string
  locale: Locale
  timeZone: string
  /** The same for every delivery of the same act: what is done under it is done once. */
  key: string
}

/** A slash command as it was typed. */
export interface Asked extends Person {
  channel: string
  /** Everything after the command's name, with Slack's `&amp;` `&lt;` `&gt;` turned back. */
  text: string
  /** Opens one form, within 3 s. */
  triggerId?: string
}

/** A button that was pressed. */
export interface Pressed extends Person {
  channel: string
  messageTs?: string
  actionId: string
  value: string
  triggerId: string
  viewId?: string
  /** What Slack calls them. */
  userName?: string
}

/** A form that was sent. */
export interface Submitted extends Person {
  viewId: string
  callbackId: string
  /** JSON; its `channel` is where the answer is to be shown. */
  privateMetadata: string
  /** By block id, then by action id: the state of the element, as Slack sends it. */
  values: Record<string, Record<string, unknown>>
}

export interface Answer {
  text: string
  blocks?: KnownBlock[]
  /** Absent: only for the person who acted. */
  visibility?: 'only-you' | 'channel'
  /** Takes the place of the message, seen by this person only, whose button was pressed. */
  replaces?: true
}

/** What stops a form from being taken: block id to sentence. */
export interface FormErrors {
  errors: Record<string, string>
}

export interface Deps {
  engine: EngineClient
  settings: Settings
  now(): Date
  openModal(triggerId: string, view: ModalView): Promise<void>
  /** Opens a channel, or finds the one of that name that was opened before; `refused`: what Slack says. */
  openChannel(channel: NewChannel): Promise<{ channel: string } | { refused: string }>
}

export interface NewChannel {
  name: string
  topic: string
  /** Slack user ids. */
  invite: readonly string[]
}

/** Null: nothing to say, the job's own message will. Throws what the engine threw: EngineRefused, EngineUnavailable. */
export type CommandHandler = (asked: Asked, deps: Deps) => Promise<Answer | null>
export type ButtonHandler = (pressed: Pressed, deps: Deps) => Promise<Answer | null>
export type ModalHandler = (submitted: Submitted, deps: Deps) => Promise<FormErrors | Answer | null>
