import { stripVTControlCharacters } from 'node:util'
import type { Button, ContextBlock, KnownBlock, ModalView, SectionBlock } from '@slack/web-api'
import { cut, outside, plain, plainLines, type Mrkdwn } from '../texts/mrkdwn.ts'

/**
 * Builders that cannot exceed what Slack takes. Limits: docs.slack.dev/reference/block-kit, as stated in the comments
 * of `@slack/types`.
 */
const limits = {
  section: 3000,
  header: 150,
  contextElements: 10,
  buttonText: 75,
  buttonValue: 2000,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  modalTitle: 24,
  modalPlaceholder: 150,
  messageBlocks: 50,
  /** Not documented; found by Slack's users at about 13,200 (slackapi/bolt-js issue 2509). */
  messageText: 12_500,
  /** docs.slack.dev/reference/methods/chat.postMessage: 4,000; a notification needs far less. */
  notification: 600,
} as const

export interface Message {
  /** What notifications and screen readers say. */
  text: string
  blocks: KnownBlock[]
}

/** A whole message within Slack's ceilings for number of blocks and for text in all; the longest text gives way. */
export function message(text: Mrkdwn, blocks: readonly KnownBlock[]): Message {
  const kept = withoutTooMany(blocks)
  let excess = textLength(kept) - limits.messageText
  while (excess > 0) {
    const longest = kept.reduce(
      (most, block, index) => (sectionLength(block) > sectionLength(kept[most]) ? index : most),
      0,
    )
    const block = kept[longest]
    if (block?.type !== 'section' || block.text === undefined || block.text.text.length < 100) break
    const length = Math.max(Math.floor(block.text.text.length / 2), block.text.text.length - excess)
    kept[longest] = { ...block, text: markup({ mrkdwn: block.text.text }, length) }
    excess = textLength(kept) - limits.messageText
  }
  return { text: cut(text, limits.notification).mrkdwn, blocks: kept }
}

export function section(text: Mrkdwn, accessory?: Button): SectionBlock {
  return { type: 'section', text: markup(text, limits.section), ...(accessory && { accessory }) }
}

export function header(text: string): KnownBlock {
  return { type: 'header', text: { type: 'plain_text', text: plain(text, limits.header), emoji: true } }
}

/** Small grey text. */
export function context(...texts: readonly Mrkdwn[]): ContextBlock {
  const elements = texts.slice(0, limits.contextElements).map((text) => markup(text, limits.section))
  return { type: 'context', elements }
}

export function divider(): KnownBlock {
  return { type: 'divider' }
}

/** No block at all without buttons: Slack refuses an empty one. */
export function actions(buttons: readonly Button[]): KnownBlock[] {
  return buttons.length === 0 ? [] : [{ type: 'actions', elements: [...buttons] }]
}

export interface ButtonOptions {
  id: string
  text: string
  value: string
  style?: 'primary' | 'danger'
  confirm?: {
    title: string
    /** One line, or several. */
    text: string | readonly string[]
    confirm: string
    deny: string
    style?: 'primary' | 'danger'
  }
}

export function button(options: ButtonOptions): Button {
  const { confirm } = options
  return {
    type: 'button',
    action_id: options.id,
    text: { type: 'plain_text', text: plain(options.text, limits.buttonText), emoji: true },
    value: options.value.slice(0, limits.buttonValue),
    ...(options.style && { style: options.style }),
    ...(confirm && {
      confirm: {
        title: { type: 'plain_text', text: plain(confirm.title, limits.confirmTitle) },
        text: { type: 'plain_text', text: plainLines([confirm.text].flat(), limits.confirmText) },
        confirm: { type: 'plain_text', text: plain(confirm.confirm, limits.confirmButton) },
        deny: { type: 'plain_text', text: plain(confirm.deny, limits.confirmButton) },
        ...(confirm.style && { style: confirm.style }),
      },
    }),
  }
}

/**
 * The last of these lines in a fixed-width font, as many as fit into a message beside a heading, none longer than
 * `maximumLineLength` characters. Rich text is shown as it is: nothing in it can become markup, and no fence can be
 * broken out of.
 */
export function preformatted(lines: readonly string[], maximumLineLength: number): KnownBlock[] {
  const kept: string[] = []
  let length = 0
  for (const line of lines.toReversed()) {
    const shown = plain(stripVTControlCharacters(line), maximumLineLength)
    length += shown.length + 1
    if (length > maximumLogLength) break
    kept.unshift(shown)
  }
  if (kept.length === 0) return []
  const text = { type: 'text' as const, text: kept.join('\n') }
  return [{ type: 'rich_text', elements: [{ type: 'rich_text_preformatted', elements: [text] }] }]
}

const maximumLogLength = 9000

export interface FormOptions {
  id: string
  title: string
  submit: string
  close: string
  /** Comes back with what was sent. */
  metadata: Record<string, string>
  blocks: KnownBlock[]
}

export function form(options: FormOptions): ModalView {
  return {
    type: 'modal',
    callback_id: options.id,
    title: { type: 'plain_text', text: plain(options.title, limits.modalTitle) },
    submit: { type: 'plain_text', text: plain(options.submit, limits.modalTitle) },
    close: { type: 'plain_text', text: plain(options.close, limits.modalTitle) },
    private_metadata: JSON.stringify(options.metadata),
    blocks: options.blocks,
  }
}

/** A field for some lines of text. Its state is found under `values[id][id]`. */
export function textField(field: {
  id: string
  label: string
  hint: string
  minimum: number
  maximum: number
}): KnownBlock {
  return {
    type: 'input',
    block_id: field.id,
    label: { type: 'plain_text', text: plain(field.label, limits.modalPlaceholder) },
    hint: { type: 'plain_text', text: plain(field.hint, limits.modalPlaceholder) },
    element: {
      type: 'plain_text_input',
      action_id: field.id,
      multiline: true,
      min_length: field.minimum,
      max_length: field.maximum,
      focus_on_load: true,
    },
  }
}

/** `verbatim`: Slack makes no links, channels or mentions out of what people wrote. */
function markup(text: Mrkdwn, maximumLength: number) {
  return { type: 'mrkdwn' as const, text: cut(text, maximumLength).mrkdwn || '…', verbatim: true }
}

/** Buttons stand at the end, so the middle is what goes. */
function withoutTooMany(blocks: readonly KnownBlock[]): KnownBlock[] {
  if (blocks.length <= limits.messageBlocks) return [...blocks]
  const head = blocks.slice(0, limits.messageBlocks - 3)
  return [...head, context(outside('…')), ...blocks.slice(-2)]
}

const sectionLength = (block: KnownBlock | undefined): number =>
  block?.type === 'section' ? (block.text?.text.length ?? 0) : 0

/** Every text a reader sees, added up. */
function textLength(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return Object.entries(value).reduce(
    (sum, [key, inner]) =>
      sum + (key === 'text' && typeof inner === 'string' ? inner.length : textLength(inner)),
    0,
  )
}
