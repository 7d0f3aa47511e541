import { type Context, Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { z } from 'zod'
import { CommandRequest } from './commands.ts'
import { GroupRequest, HomeRequest, MessageRequest } from './events.ts'
import { ActionRequest, ShortcutRequest } from './interactions.ts'
import { LeverChange } from './levers.ts'
import { ChannelRequest, type PersonsClient } from './persons-client.ts'
import { Refusal } from './refusal.ts'
import type { Slack } from './slack.ts'
import { CloseRequest, SubmitRequest } from './submissions.ts'
import { OptionsRequest } from './suggestions.ts'

export type Changes = { revision(): number; onChange(listener: () => void): () => void }

/** `/sandbox/…`: people's Slack clients over HTTP, for the console and for tools outside. */
export function controlRoutes(slack: Slack, client: PersonsClient, changes: Changes): Hono {
  const routes = new Hono()
  routes.onError(answerError)
  routes.use('/sandbox/*', async (context, next) => {
    // A foreign page whose name is made to point here (DNS rebinding) still says its own name.
    if (!['127.0.0.1', 'localhost'].includes(new URL(context.req.url).hostname))
      return context.json({ error: 'only over loopback' }, 403)
    // JSON makes a browser ask before it sends across origins, so no foreign page can type commands.
    if (context.req.method === 'POST' && !context.req.header('content-type')?.startsWith('application/json'))
      return context.json({ error: 'content-type must be application/json' }, 415)
    return next()
  })
  const post = <Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    run: (request: z.output<Schema>) => unknown,
  ) =>
    routes.post(`/sandbox/${path}`, async (context) =>
      context.json(await run(schema.parse(await bodyOf(context)))),
    )

  post('command', CommandRequest, client.command)
  post('action', ActionRequest, client.action)
  post('submit', SubmitRequest, client.submit)
  post('close', CloseRequest, client.closeView)
  post('options', OptionsRequest, client.options)
  post('shortcut', ShortcutRequest, client.shortcut)
  post('message', MessageRequest, client.message)
  post('open-home', HomeRequest, client.openHome)
  post('group', GroupRequest, client.changeGroup)
  post('channel', ChannelRequest, client.createChannel)
  post('levers', LeverChange, client.levers)
  post(
    'refresh-sockets',
    z.object({ reason: z.enum(['warning', 'refresh_requested']).optional() }),
    ({ reason }) => {
      slack.sockets.refresh(reason ?? 'refresh_requested')
      return { ok: true }
    },
  )

  return routes
    .get('/sandbox/state', (context) => {
      const state = client.state(context.req.query('user') ?? '')
      return context.json({ revision: changes.revision(), ...state })
    })
    .get('/sandbox/files/:id', (context) => {
      const file = slack.state.files[context.req.param('id')]
      if (file?.content === undefined) return context.text('file_not_found', 404)
      context.header('content-type', 'application/octet-stream')
      return context.body(new Uint8Array(Buffer.from(file.content, 'base64')))
    })
    .get('/sandbox/events', (context) => changeStream(context, changes))
}

/** Changes that come faster than this reach the console as one. */
const coalesceSeconds = 0.03

function changeStream(context: Context, changes: Changes): Response {
  return streamSSE(context, async (stream) => {
    let timer: NodeJS.Timeout | undefined
    const tell = () => {
      timer = undefined
      const data = JSON.stringify({ revision: changes.revision() })
      stream.writeSSE({ event: 'changed', data }).catch(() => undefined)
    }
    const stop = changes.onChange(() => {
      timer ??= setTimeout(tell, coalesceSeconds * 1000)
    })
    tell()
    await new Promise<void>((resolve) => stream.onAbort(resolve))
    stop()
    clearTimeout(timer)
  })
}

async function bodyOf(context: Context): Promise<unknown> {
  try {
    return await context.req.json()
  } catch {
    throw new Refusal('invalid_json')
  }
}

function answerError(error: Error, context: Context): Response {
  if (error instanceof Refusal) return context.json({ error: error.code, messages: error.messages }, 400)
  if (!(error instanceof z.ZodError)) throw error
  const messages = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  return context.json({ error: 'invalid_arguments', messages }, 400)
}
