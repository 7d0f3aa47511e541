import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { spend, windowsFor } from '../budgets.ts'
import { summaryOf } from '../calls.ts'
import { nextFault } from '../levers.ts'
import { Refusal } from '../refusal.ts'
import type { Slack } from '../slack.ts'
import { app } from './app.ts'
import { chat } from './chat.ts'
import { conversations } from './conversations.ts'
import { failAs } from './faults.ts'
import { files } from './files.ts'
import { marks } from './marks.ts'
import type { Method } from './method.ts'
import { people } from './people.ts'
import { checkScope, grantedScopes } from './scopes.ts'
import { views } from './views.ts'

const methods = new Map<string, Method>(
  [app, chat, conversations, people, views, files, marks].flatMap((family) => Object.entries(family)),
)

/** The Web API: `POST /api/<method>`, form or JSON, answered as Slack answers. */
export function webApi(slack: Slack): Hono<{ Bindings: HttpBindings }> {
  return new Hono<{ Bindings: HttpBindings }>().all('/api/:method', async (context) => {
    const name = context.req.param('method')
    const args = await argumentsOf(context)
    const channel = typeof args['channel'] === 'string' ? args['channel'] : undefined
    const answer = (body: Record<string, unknown>, status: 200 | 429 = 200) => {
      record(slack, name, args, body)
      return context.json(body, status)
    }
    const fault = nextFault(slack.levers, { method: name, channel })
    if (fault !== null) {
      record(slack, name, args, { ok: false, error: fault === '429' ? 'ratelimited' : `down: ${fault}` })
      return failAs(fault, slack.levers.retryAfterSeconds, context)
    }
    try {
      const method = permitted(slack, name, args, context.req.header('authorization'))
      if (method.token === 'bot') {
        context.header('x-oauth-scopes', grantedScopes(slack).join(','))
        checkScope(slack, name, channel)
      }
      const wait = overBudget(slack, name, { tier: method.tier, channel })
      if (wait > 0) {
        context.header('retry-after', String(wait))
        return answer({ ok: false, error: 'ratelimited' }, 429)
      }
      return answer({ ok: true, ...method.run(slack, args) })
    } catch (error) {
      if (error instanceof Refusal) return answer(refused(error))
      throw error
    }
  })
}

function permitted(
  slack: Slack,
  name: string,
  args: Record<string, unknown>,
  authorization: string | undefined,
): Method {
  const method = methods.get(name)
  if (method === undefined) throw new Refusal('unknown_method')
  if (method.token === 'none') return method
  const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? args['token']
  if (token === undefined) throw new Refusal('not_authed')
  const kind = token === slack.keys.botToken ? 'bot' : token === slack.keys.appToken ? 'app' : undefined
  if (kind === undefined) throw new Refusal('invalid_auth')
  if (kind !== method.token) throw new Refusal('not_allowed_token_type')
  return method
}

function overBudget(
  slack: Slack,
  method: string,
  { tier, channel }: { tier: Method['tier']; channel: string | undefined },
): number {
  const windows = windowsFor({ method, tier, channel, scale: slack.levers.budgetScale })
  return spend(slack.spent, windows, slack.now().getTime())
}

function refused(refusal: Refusal): Record<string, unknown> {
  const { code, messages, fields } = refusal
  if (messages.length === 0) return { ok: false, error: code, ...fields }
  return {
    ok: false,
    error: code,
    ...(code === 'invalid_blocks' && { errors: messages }),
    response_metadata: { messages: messages.map((message) => `[ERROR] ${message}`) },
  }
}

async function argumentsOf(context: Context): Promise<Record<string, unknown>> {
  const type = context.req.header('content-type') ?? ''
  const inQuery = context.req.query()
  if (type.startsWith('application/json')) {
    const body: unknown = await context.req.json().catch(() => ({}))
    return { ...inQuery, ...(typeof body === 'object' ? body : {}) }
  }
  return context.req.method === 'POST' ? { ...inQuery, ...(await context.req.parseBody()) } : inQuery
}

function record(
  slack: Slack,
  method: string,
  args: Record<string, unknown>,
  body: Record<string, unknown>,
): void {
  const channel = body['channel'] ?? args['channel']
  slack.log.record({
    at: slack.now().toISOString(),
    method,
    ok: body['ok'] === true,
    ...(typeof body['error'] === 'string' && { error: body['error'] }),
    ...(typeof channel === 'string' && { channel }),
    arguments: summaryOf(args),
  })
}
