import type { KnownBlock, ModalView, WebClient } from '@slack/web-api'
import { z } from 'zod'
import type { SlackClients } from './clients.ts'
import { createConversations } from './direct-messages.ts'
import { type TextFile, uploadFile } from './files.ts'
import { attempt, type Outcome } from './outcome.ts'

export interface Content {
  text: string
  blocks: KnownBlock[]
}

/** The only file that calls chat.* and views.*. */
export interface Messages {
  post(place: MessagePlace, content: Content): Promise<Outcome<{ ts: string }>>
  update(place: { channel: string; ts: string }, content: Content): Promise<Outcome<null>>
  /** The message that shows a subject, if one was posted since then that is not the excepted one. */
  find(place: MessagePlace, search: Search): Promise<Outcome<{ ts: string | null }>>
  /** Makes a person's Home look like this; answers the view's id. */
  publish(user: string, blocks: KnownBlock[]): Promise<Outcome<{ ts: string }>>
  /** Puts a file into a thread; answers the file's id. */
  upload(place: MessagePlace, file: TextFile, comment: string): Promise<Outcome<{ ts: string }>>
  /** Tells one person alone; without a channel, in their conversation with the bot. */
  whisper(to: { user: string; channel?: string }, content: Content): Promise<Outcome<null>>
  /** Opens a form: within 3 s of the act, once per trigger. */
  openView(triggerId: string, view: ModalView): Promise<Outcome<{ viewId: string }>>
  /** Makes an open form look like this; what was entered in fields that stay is kept. */
  updateView(viewId: string, view: ModalView): Promise<Outcome<null>>
}

/** A channel or a person, and the message that is replied to. */
export interface MessagePlace {
  subject: string
  channel: string
  threadTs?: string | null
}

export interface Search {
  since: Date
  except: string | null
  /** The file to be found, instead of the message. */
  fileName?: string
}

const eventType = 'plantao_subject'
/** How far Slack's clock and the database's may be apart. */
const clockMarginSeconds = 120
const pageSize = 999

const Posted = z.object({ ts: z.string() })
const Opened = z.object({ view: z.object({ id: z.string() }) })
const History = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      metadata: z
        .object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })
        .optional(),
      files: z.array(z.object({ id: z.string(), name: z.string().nullish() })).optional(),
    }),
  ),
  has_more: z.boolean().default(false),
  response_metadata: z.object({ next_cursor: z.string().default('') }).optional(),
})

export function createMessages(
  { cards, prompt }: SlackClients,
  observe: (method: string, outcome: Outcome<unknown>) => void,
): Messages {
  const conversation = createConversations(cards)
  const observed = async <Result>(method: string, call: () => Promise<Result>): Promise<Outcome<Result>> => {
    const outcome = await attempt(call)
    observe(method, outcome)
    return outcome
  }

  return {
    post: ({ subject, channel, threadTs = null }, content) =>
      observed('chat.postMessage', async () => {
        const metadata = { event_type: eventType, event_payload: { subject } }
        const quiet = { unfurl_links: false, unfurl_media: false }
        const place = {
          channel: await conversation(channel),
          ...(threadTs !== null && { thread_ts: threadTs }),
        }
        return Posted.parse(await cards.chat.postMessage({ ...place, ...content, ...quiet, metadata }))
      }),

    update: ({ channel, ts }, content) =>
      observed('chat.update', async () => {
        await cards.chat.update({ channel: await conversation(channel), ts, ...content })
        return null
      }),

    find: (place, search) =>
      observed(
        typeof place.threadTs === 'string' ? 'conversations.replies' : 'conversations.history',
        async () => find(cards, { ...place, channel: await conversation(place.channel) }, search),
      ),

    publish: (user_id, blocks) =>
      observed('views.publish', async () => {
        const published = await cards.views.publish({ user_id, view: { type: 'home', blocks } })
        return { ts: Opened.parse(published).view.id }
      }),

    upload: ({ channel, threadTs = null }, file, comment) =>
      observed('files.completeUploadExternal', async () =>
        uploadFile(cards, { channel: await conversation(channel), threadTs }, { file, comment }),
      ),

    openView: (trigger_id, view) =>
      observed('views.open', async () => {
        const opened = Opened.parse(await prompt.views.open({ trigger_id, view }))
        return { viewId: opened.view.id }
      }),

    updateView: (view_id, view) =>
      observed('views.update', async () => {
        await prompt.views.update({ view_id, view })
        return null
      }),

    async whisper({ user, channel }, content) {
      if (channel === undefined) return await toPerson()
      const outcome = await observed('chat.postEphemeral', async () => {
        await prompt.chat.postEphemeral({ channel, user, ...content })
        return null
      })
      return outcome.kind === 'refused' ? await toPerson() : outcome

      function toPerson(): Promise<Outcome<null>> {
        return observed('chat.postMessage', async () => {
          await prompt.chat.postMessage({ channel: user, ...content })
          return null
        })
      }
    },
  }
}

async function find(
  client: WebClient,
  { subject, channel, threadTs = null }: MessagePlace,
  { since, except, fileName }: Search,
): Promise<{ ts: string | null }> {
  const oldest = String(since.getTime() / 1000 - clockMarginSeconds)
  let cursor = ''
  do {
    const query = {
      channel,
      oldest,
      include_all_metadata: true as const,
      limit: pageSize,
      ...(cursor !== '' && { cursor }),
    }
    const page = History.parse(
      threadTs === null
        ? await client.conversations.history(query)
        : await client.conversations.replies({ ...query, ts: threadTs }),
    )
    if (fileName !== undefined) {
      const file = page.messages.flatMap(({ files = [] }) => files).find(({ name }) => name === fileName)
      if (file !== undefined) return { ts: file.id }
    }
    const ours = page.messages.find(
      ({ ts, metadata }) =>
        metadata?.event_type === eventType && metadata.event_payload['subject'] === subject && ts !== except,
    )
    if (ours !== undefined) return { ts: ours.ts }
    cursor = page.has_more ? (page.response_metadata?.next_cursor ?? '') : ''
  } while (cursor !== '')
  return { ts: null }
}
