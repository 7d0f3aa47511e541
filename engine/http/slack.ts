import { createRoute, z } from '@hono/zod-openapi'
import { dropLease, holdsLease, takeLease } from '../../db/leases.ts'
import { transaction } from '../../db/pool.ts'
import { beginPosting, messagesOf, recordShown } from '../../db/slack-messages.ts'
import type { Database } from '../../db/sql.ts'
import { saveUserGroup } from '../../db/user-groups.ts'
import { copiesOf } from '../copies.ts'
import type { EngineContext } from '../context.ts'
import { Refusal } from '../failures.ts'
import { createRouter, jsonAnswer, jsonBody, problems } from './router.ts'
import { LeaseView, MessageView } from './slack-schemas.ts'

const tags = ['slack']
const Subject = z.string().regex(/^[a-z-]+\/[0-9A-Z.]{1,30}$/, 'a subject such as job/42')
const Channel = z.string().min(1).max(30)
const Fence = z.number().int()
const Holder = z.string().min(1).max(100)
const done = jsonAnswer('Recorded', z.object({ recorded: z.literal(true) }))

const messages = createRoute({
  method: 'get',
  path: '/v1/slack/messages',
  tags,
  request: { query: z.object({ subject: Subject }) },
  responses: {
    200: jsonAnswer('One for each channel', z.object({ messages: z.array(MessageView) })),
    ...problems,
  },
})
const copies = createRoute({
  method: 'get',
  path: '/v1/slack/copies',
  tags,
  request: { query: z.object({ subject: Subject }) },
  responses: {
    200: jsonAnswer(
      'To whom the subject is shown in person now, by Slack id',
      z.object({
        revision: z.number(),
        people: z.array(z.string()),
        /** The incident of a page. */
        incidentId: z.number().nullable(),
      }),
    ),
    ...problems,
  },
})
const posting = createRoute({
  method: 'post',
  path: '/v1/slack/messages/posting',
  tags,
  request: jsonBody(z.object({ subject: Subject, channel: Channel, fence: Fence })),
  responses: { 200: done, ...problems },
})
const shown = createRoute({
  method: 'post',
  path: '/v1/slack/messages/shown',
  tags,
  request: jsonBody(
    z.object({
      subject: Subject,
      channel: Channel,
      ts: z.string().max(30),
      revision: z.number().int(),
      fence: Fence,
    }),
  ),
  responses: { 200: done, ...problems },
})
const lease = createRoute({
  method: 'post',
  path: '/v1/leases/{name}/take',
  tags,
  request: {
    params: z.object({ name: z.string().max(100) }),
    ...jsonBody(z.object({ holder: Holder, seconds: z.number().positive().max(300) })),
  },
  responses: {
    200: jsonAnswer('Null: another holder has it', z.object({ lease: LeaseView.nullable() })),
    ...problems,
  },
})
const drop = createRoute({
  method: 'post',
  path: '/v1/leases/{name}/drop',
  tags,
  request: { params: z.object({ name: z.string().max(100) }), ...jsonBody(z.object({ holder: Holder })) },
  responses: { 200: done, ...problems },
})
const group = createRoute({
  method: 'put',
  path: '/v1/slack/user-groups/{id}',
  tags,
  request: {
    params: z.object({ id: z.string().regex(/^S[A-Z0-9]+$/) }),
    ...jsonBody(z.object({ members: z.array(z.string().max(30)).max(10_000) })),
  },
  responses: { 200: done, ...problems },
})

/** The lease whose holder alone may write to Slack. */
const projection = 'projection'

/** What the bot keeps here: which message shows what, and who may write. */
export function slackRoutes(context: EngineContext) {
  const { pool } = context
  return createRouter()
    .openapi(messages, async (c) => {
      const found = await messagesOf(pool, c.req.valid('query').subject)
      const views = found.map((message) => ({
        ...message,
        postingSince: message.postingSince?.toISOString() ?? null,
      }))
      return c.json({ messages: views }, 200)
    })
    .openapi(copies, async (c) => c.json(await copiesOf(context, c.req.valid('query').subject), 200))
    .openapi(posting, async (c) => {
      const { subject, channel, fence } = c.req.valid('json')
      await withFence(context, fence, async (tx) => await beginPosting(tx, subject, channel))
      return c.json({ recorded: true as const }, 200)
    })
    .openapi(shown, async (c) => {
      const { fence, ...message } = c.req.valid('json')
      await withFence(context, fence, async (tx) => await recordShown(tx, message))
      return c.json({ recorded: true as const }, 200)
    })
    .openapi(lease, async (c) => {
      const { name } = c.req.valid('param')
      const taken = await takeLease(pool, { name, ...c.req.valid('json') })
      return c.json({ lease: taken ? { name, ...taken, until: taken.until.toISOString() } : null }, 200)
    })
    .openapi(drop, async (c) => {
      await dropLease(pool, { name: c.req.valid('param').name, ...c.req.valid('json') })
      return c.json({ recorded: true as const }, 200)
    })
    .openapi(group, async (c) => {
      await saveUserGroup(pool, c.req.valid('param').id, c.req.valid('json').members)
      return c.json({ recorded: true as const }, 200)
    })
}

async function withFence(
  context: EngineContext,
  fence: number,
  work: (tx: Database) => Promise<void>,
): Promise<void> {
  await transaction(context.pool, async (tx) => {
    if (!(await holdsLease(tx, { name: projection, fence }))) {
      throw new Refusal('wrong-state', { fence }, 'Another bot writes to Slack now: this one must stand by.')
    }
    await work(tx)
  })
}
