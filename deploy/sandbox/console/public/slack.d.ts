/** What the Slack stand-in's control routes answer; only the fields this page reads. */
export interface State {
  user: User
  users: User[]
  channels: Channel[]
  userGroups?: { id: string; handle: string }[]
  messages: Record<string, Message[]>
  ephemerals: Record<string, Message[]>
  views: View[]
  home: View | null
  calls: Call[]
  limits?: Limits
}

export interface User {
  id: string
  name: string
  realName: string
  locale: string
  isBot: boolean
}

export interface Channel {
  id: string
  name: string
  isDm: boolean
  user?: string
}

export interface Message {
  ts: string
  channel: string
  user?: string
  bot_id?: string
  username?: string
  text: string
  blocks?: Block[]
  attachments?: Attachment[]
  thread_ts?: string
  edited?: { ts: string }
  files?: SlackFile[]
  reactions?: { name: string; count: number; users: string[] }[]
  ephemeral?: true
}

export interface Attachment {
  color?: string
  title?: string
  title_link?: string
  pretext?: string
  text?: string
  fallback?: string
  fields?: { title?: string; value?: string; short?: boolean }[]
  footer?: string
  blocks?: Block[]
}

export interface SlackFile {
  id: string
  name?: string
  title?: string
  size?: number
}

export interface Call {
  at: string | number
  method: string
  ok: boolean
  error?: string
  channel?: string
  arguments?: Record<string, string>
}

/** What is broken just now; null and 1 mean nothing is. */
export interface Limits {
  down: string | null
  method: string | null
  channel: string | null
  deliveries: number
}

export interface View {
  id: string
  type: string
  title?: Text
  submit?: Text | null
  close?: Text | null
  blocks: Block[]
  state?: { values: Record<string, Record<string, ElementState>> }
}

export interface Text {
  type: string
  text: string
}

/** Block Kit's blocks. One loose shape: unknown ones are shown as such, never trusted. */
export interface Block {
  type: string
  block_id?: string
  text?: Text | string
  fields?: Text[]
  accessory?: Element
  elements?: Element[] & Text[] & RichElement[]
  element?: Element
  label?: Text
  hint?: Text
  optional?: boolean
  dispatch_action?: boolean
  slack_file?: { id?: string }
  alt_text?: string
  title?: Text
  rows?: Cell[][]
  column_settings?: ({ align?: string; is_wrapped?: boolean } | null)[]
}

export type Cell = { type: 'raw_text'; text: string } | { type: 'rich_text'; elements: RichElement[] }

export interface Element {
  type: string
  action_id?: string
  text?: Text
  value?: string
  url?: string
  style?: string
  confirm?: Confirm
  placeholder?: Text
  options?: Option[]
  option_groups?: { label: Text; options: Option[] }[]
  initial_option?: Option
  initial_options?: Option[]
  initial_user?: string
  initial_users?: string[]
  initial_channel?: string
  initial_conversation?: string
  initial_date?: string
  initial_time?: string
  initial_date_time?: number
  initial_value?: string
  multiline?: boolean
  min_length?: number
  max_length?: number
  min_value?: string
  max_value?: string
  is_decimal_allowed?: boolean
  min_query_length?: number
  focus_on_load?: boolean
  accessibility_label?: string
  slack_file?: { id?: string }
  alt_text?: string
}

export interface Confirm {
  title: Text
  text: Text
  confirm: Text
  deny: Text
  style?: string
}

export interface Option {
  text: Text
  value: string
  description?: Text
  url?: string
}

/** Without a label: choices that stand alone. */
export interface OptionGroup {
  label?: Text
  options: Option[]
}

export interface RichElement {
  type: string
  text?: string
  url?: string
  name?: string
  user_id?: string
  usergroup_id?: string
  channel_id?: string
  range?: string
  timestamp?: number
  format?: string
  fallback?: string
  value?: string
  style?: string | { bold?: boolean; italic?: boolean; strike?: boolean; code?: boolean }
  indent?: number
  offset?: number
  elements?: RichElement[]
}

/** An input's present value, as `view.state.values` holds it. */
export interface ElementState {
  type: string
  value?: string | null
  selected_option?: Option | null
  selected_options?: Option[]
  selected_user?: string | null
  selected_users?: string[]
  selected_channel?: string | null
  selected_conversation?: string | null
  selected_date?: string | null
  selected_time?: string | null
  selected_date_time?: number | null
}

/** Formatted text, whatever it was written in: mrkdwn, markdown or rich text. */
export type Node =
  | { type: 'text'; text: string }
  | { type: 'bold' | 'italic' | 'strike' | 'quote' | 'paragraph'; children: Node[] }
  | { type: 'code' | 'pre'; text: string }
  | { type: 'heading'; level: number; children: Node[] }
  | { type: 'list'; ordered: boolean; indent: number; start: number; items: Node[][] }
  | { type: 'table'; rows: Node[][][]; align: (string | undefined)[]; header: boolean }
  | { type: 'rule' }
  | { type: 'link'; url: string; children: Node[] }
  | { type: 'user' | 'channel' | 'group'; id: string; label?: string }
  | { type: 'broadcast'; range: string }
  | { type: 'emoji'; name: string }
  | { type: 'date'; timestamp: number; format: string; url?: string; fallback: string }
