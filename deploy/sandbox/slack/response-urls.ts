import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { z } from 'zod'
import { summaryOf } from './calls.ts'
import { checkContent, Content } from './content.ts'
import { nextFault } from './levers.ts'
import { addEphemeral, addMessage, findEphemeral, findMessage, fromApp, removeMessage } from './messages.ts'
import { app } from './people.ts'
import { Refusal } from './refusal.ts'
import { newId, nextTs, type Slack } from './slack.ts'
import type { Message, ResponseUrl } from './state.ts'
import { failAs } from './web-api/faults.ts'

/** docs.slack.dev/interactivity/handling-user-interaction#message_responses: five times within 30 minutes. */
const maximumUses = 5
const lifeSeconds = 30 * 60

const flag = z.union([z.boolean(), z.enum(['true', 'false'])]).transform((value) => String(value) === 'true')

/** What an app answers to a command or posts to a `response_url`. */
export const Reply = Content.extend({
  response_type: z.enum(['ephemeral', 'in_channel']).optional(),
  replace_original: flag.optional(),
  delete_original: flag.optional(),
  thread_ts: z.string().optional(),
})
export type Reply = z.infer<typeof Reply>

/** A new response_url. It may replace or delete the message it came from, or the first one posted through it. */
export function issueResponseUrl(
  slack: Slack,
  from: Pick<ResponseUrl, 'user' | 'channel' | 'messageTs'>,
): { url: string; id: string } {
  const id = newId('')
  slack.state.responseUrls[id] = { ...from, createdAt: slack.now().getTime(), uses: 0 }
  forgetOld(slack)
  return { url: `${slack.url()}/response/${id}`, id }
}

/** Shows a reply: to the person alone, in the channel, or instead of the original. */
export function showReply(slack: Slack, id: string, reply: Reply): void {
  const record = slack.state.responseUrls[id]
  if (record === undefined) throw new Refusal('invalid_url')
  const original = originalOf(slack, record)
  if (reply.delete_original === true) {
    if (original !== undefined) removeMessage(slack, original)
    return
  }
  const { text = '', blocks = [], attachments } = checkContent(reply)
  if (text === '' && blocks.length === 0 && !attachments?.length) throw new Refusal('no_text')
  const content = { text, blocks, ...(attachments && { attachments }) }
  if (reply.replace_original === true && original !== undefined) {
    Object.assign(original, content)
    if (!original.ephemeral) original.edited = { user: app.botUser, ts: nextTs(slack) }
    slack.changed()
    return
  }
  const message = {
    ...fromApp,
    ...content,
    channel: record.channel,
    ...(reply.thread_ts !== undefined && { thread_ts: reply.thread_ts }),
  }
  const shown =
    reply.response_type === 'in_channel'
      ? addMessage(slack, message)
      : addEphemeral(slack, record.user, message)
  record.messageTs ??= shown.ts
}

/** `POST /response/<id>` */
export function responseRoutes(slack: Slack): Hono<{ Bindings: HttpBindings }> {
  return new Hono<{ Bindings: HttpBindings }>().post('/response/:id', async (context) => {
    const id = context.req.param('id')
    const body = await context.req.text()
    const fault = nextFault(slack.levers, {
      method: 'response_url',
      channel: slack.state.responseUrls[id]?.channel,
    })
    if (fault !== null) return failAs(fault, slack.levers.retryAfterSeconds, context)
    try {
      spendUse(slack, id)
      showReply(slack, id, replyOf(body, context.req.header('content-type') ?? ''))
      record(slack, id, body)
      return context.text('ok')
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      record(slack, id, body, error.code)
      const gone = ['used_url', 'expired_url', 'invalid_url'].includes(error.code)
      return context.json({ ok: false, error: error.code }, gone ? 404 : 400)
    }
  })
}

function spendUse(slack: Slack, id: string): void {
  const record = slack.state.responseUrls[id]
  if (record === undefined) throw new Refusal('invalid_url')
  if (slack.now().getTime() - record.createdAt > lifeSeconds * 1000) throw new Refusal('expired_url')
  if (record.uses >= maximumUses) throw new Refusal('used_url')
  record.uses += 1
  slack.changed()
}

function replyOf(body: string, contentType: string): Reply {
  const json = contentType.includes('x-www-form-urlencoded') ? new URLSearchParams(body).get('payload') : body
  try {
    return Reply.parse(JSON.parse(json ?? ''))
  } catch {
    throw new Refusal('invalid_payload')
  }
}

function originalOf(slack: Slack, { user, channel, messageTs }: ResponseUrl): Message | undefined {
  if (messageTs === undefined) return undefined
  return findMessage(slack, channel, messageTs) ?? findEphemeral(slack, user, messageTs)
}

function forgetOld(slack: Slack): void {
  const oldest = slack.now().getTime() - 2 * lifeSeconds * 1000
  for (const [id, { createdAt }] of Object.entries(slack.state.responseUrls)) {
    if (createdAt >= oldest) break
    delete slack.state.responseUrls[id]
  }
}

function record(slack: Slack, id: string, body: string, error?: string): void {
  const channel = slack.state.responseUrls[id]?.channel
  slack.log.record({
    at: slack.now().toISOString(),
    method: 'response_url',
    ok: error === undefined,
    ...(error !== undefined && { error }),
    ...(channel !== undefined && { channel }),
    arguments: summaryOf({ body }),
  })
}
