import type { KnownBlock, ModalView, WebClient } from '@slack/web-api'
import { z } from 'zod'
import type { SlackClients } from './clients.ts'
import { attempt, type Outcome } from './outcome.ts'

export interface Content {
  text: string
  blocks: KnownBlock[]
}

/** The only file that calls chat.* and views.*. */
export interface Messages {
  post(place: { subject: string; channel: string }, content: Content): Promise<Outcome<{ ts: string }>>
  update(place: { channel: string; ts: string }, content: Content): Promise<Outcome<null>>
  /** The message that shows a subject, if one was posted since then that is not the excepted one. */
  find(place: { subject: string; channel: string }, search: Search): Promise<Outcome<{ ts: string | null }>>
  /** Tells one person alone; without a channel, in their conversation with the bot. */
  whisper(to: { user: string; channel?: string }, content: Content): Promise<Outcome<null>>
  /** Opens a form: within 3 s of the act, once per trigger. */
  openView(triggerId: string, view: ModalView): Promise<Outcome<null>>
}

export interface Search {
  since: Date
  except: string | null
}

const eventType = 'plantao_subject'
/** How far Slack's clock and the database's may be apart. */
const clockMarginSeconds = 120
const pageSize = 999

const Posted = z.object({ ts: z.string() })
const History = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      metadata: z
        .object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })
        .optional(),
    }),
  ),
  has_more: z.boolean().default(false),
  response_metadata: z.object({ next_cursor: z.string().default('') }).optional(),
})

export function createMessages(
  { cards, prompt }: SlackClients,
  observe: (method: string, outcome: Outcome<unknown>) => void,
): Messages {
  const observed = async <Result>(method: string, call: () => Promise<Result>): Promise<Outcome<Result>> => {
    const outcome = await attempt(call)
    observe(method, outcome)
    return outcome
  }

  return {
    post: ({ subject, channel }, content) =>
      observed('chat.postMessage', async () => {
        const metadata = { event_type: eventType, event_payload: { subject } }
        const quiet = { unfurl_links: false, unfurl_media: false }
        return Posted.parse(await cards.chat.postMessage({ channel, ...content, ...quiet, metadata }))
      }),

    update: ({ channel, ts }, content) =>
      observed('chat.update', async () => {
        await cards.chat.update({ channel, ts, ...content })
        return null
      }),

    find: (place, search) => observed('conversations.history', () => find(cards, place, search)),

    openView: (trigger_id, view) =>
      observed('views.open', async () => {
        await prompt.views.open({ trigger_id, view })
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
  { subject, channel }: { subject: string; channel: string },
  { since, except }: Search,
): Promise<{ ts: string | null }> {
  const oldest = String(since.getTime() / 1000 - clockMarginSeconds)
  let cursor = ''
  do {
    const page = History.parse(
      await client.conversations.history({
        channel,
        oldest,
        include_all_metadata: true,
        limit: pageSize,
        ...(cursor !== '' && { cursor }),
      }),
    )
    const ours = page.messages.find(
      ({ ts, metadata }) =>
        metadata?.event_type === eventType && metadata.event_payload['subject'] === subject && ts !== except,
    )
    if (ours !== undefined) return { ts: ours.ts }
    cursor = page.has_more ? (page.response_metadata?.next_cursor ?? '') : ''
  } while (cursor !== '')
  return { ts: null }
}
