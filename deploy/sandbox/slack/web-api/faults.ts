import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { Levers } from '../levers.ts'

/** Fails one request the way a broken Slack does. `silent` keeps the connection open and says nothing. */
export function failAs(
  fault: NonNullable<Levers['down']>,
  retryAfterSeconds: number,
  context: Context<{ Bindings: HttpBindings }>,
): Response {
  switch (fault) {
    case '429':
      context.header('retry-after', String(retryAfterSeconds))
      return context.json({ ok: false, error: 'ratelimited' }, 429)
    case '500':
      return context.text('Internal Server Error', 500)
    case 'reset':
      context.env.incoming.socket.resetAndDestroy()
      return RESPONSE_ALREADY_SENT
    case 'silent':
      return RESPONSE_ALREADY_SENT
  }
}
