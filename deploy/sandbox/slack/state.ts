import { z } from 'zod'

/** Everything the stand-in remembers, as plain JSON, so that the sandbox can be stopped and resumed. */

export const User = z.object({
  id: z.string(),
  name: z.string(),
  realName: z.string(),
  email: z.string(),
  locale: z.string(),
  tz: z.string(),
  isBot: z.boolean(),
})
export type User = z.infer<typeof User>

export const Channel = z.object({
  id: z.string(),
  name: z.string(),
  isDm: z.boolean(),
  user: z.string().optional(),
  members: z.array(z.string()),
  isArchived: z.boolean(),
  topic: z.string(),
})
export type Channel = z.infer<typeof Channel>

export const UserGroup = z.object({
  id: z.string(),
  handle: z.string(),
  name: z.string(),
  users: z.array(z.string()),
})
export type UserGroup = z.infer<typeof UserGroup>

export const Block = z.looseObject({ type: z.string(), block_id: z.string().optional() })
export type Block = z.infer<typeof Block>

export const Metadata = z.object({
  event_type: z.string().min(1),
  event_payload: z.record(z.string(), z.unknown()),
})

const FileInfo = z.object({
  id: z.string(),
  name: z.string(),
  title: z.string(),
  mimetype: z.string(),
  size: z.number(),
  user: z.string(),
  created: z.number(),
  url_private: z.string(),
  permalink: z.string(),
})
type FileInfo = z.infer<typeof FileInfo>

/** A file's bytes are base64; they are absent until uploaded, and nobody sees the file until it is completed. */
export const StoredFile = z.object({
  info: FileInfo,
  content: z.string().optional(),
  completed: z.boolean(),
  channels: z.array(z.string()),
})
export type StoredFile = z.infer<typeof StoredFile>

export const Message = z.object({
  type: z.literal('message'),
  ts: z.string(),
  channel: z.string(),
  user: z.string(),
  bot_id: z.string().optional(),
  app_id: z.string().optional(),
  text: z.string(),
  blocks: z.array(Block),
  attachments: z.array(z.record(z.string(), z.unknown())).optional(),
  thread_ts: z.string().optional(),
  edited: z.object({ user: z.string(), ts: z.string() }).optional(),
  files: z.array(FileInfo).optional(),
  metadata: Metadata.optional(),
  reactions: z
    .array(z.object({ name: z.string(), users: z.array(z.string()), count: z.number() }))
    .optional(),
  pinned: z.boolean().optional(),
  /** Present on messages that one person alone sees. */
  ephemeral: z.literal(true).optional(),
  visibleTo: z.string().optional(),
})
export type Message = z.infer<typeof Message>

export const StateValues = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown())))
export type StateValues = z.infer<typeof StateValues>

/** A view as Slack shows it to apps (docs.slack.dev/reference/interaction-payloads/view-interactions-payload). */
export const OpenView = z.object({
  id: z.string(),
  team_id: z.string(),
  app_id: z.string(),
  bot_id: z.string(),
  app_installed_team_id: z.string(),
  type: z.enum(['modal', 'home']),
  title: z.record(z.string(), z.unknown()).optional(),
  submit: z.record(z.string(), z.unknown()).nullable(),
  close: z.record(z.string(), z.unknown()).nullable(),
  blocks: z.array(Block),
  private_metadata: z.string(),
  callback_id: z.string(),
  external_id: z.string(),
  clear_on_close: z.boolean(),
  notify_on_close: z.boolean(),
  hash: z.string(),
  state: z.object({ values: StateValues }),
  root_view_id: z.string(),
  previous_view_id: z.string().nullable(),
})
export type OpenView = z.infer<typeof OpenView>

/** One `response_url`: five posts within 30 minutes. `messageTs` is the message it replaces or deletes. */
export const ResponseUrl = z.object({
  user: z.string(),
  channel: z.string(),
  messageTs: z.string().optional(),
  createdAt: z.number(),
  uses: z.number(),
})
export type ResponseUrl = z.infer<typeof ResponseUrl>

export const State = z.object({
  version: z.literal(1),
  /** Microseconds of the newest `ts` given out; a `ts` is never given twice. */
  lastTs: z.number(),
  users: z.array(User),
  channels: z.array(Channel),
  userGroups: z.array(UserGroup),
  messages: z.record(z.string(), z.array(Message)),
  ephemerals: z.array(Message),
  views: z.record(z.string(), z.array(OpenView)),
  homes: z.record(z.string(), OpenView),
  files: z.record(z.string(), StoredFile),
  bookmarks: z.array(z.record(z.string(), z.unknown())),
  responseUrls: z.record(z.string(), ResponseUrl),
})
export type State = z.infer<typeof State>
