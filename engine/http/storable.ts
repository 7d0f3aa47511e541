import { createMiddleware } from 'hono/factory'
import { Refusal } from '../failures.ts'
import type { Env } from './router.ts'

/** Refuses what Postgres cannot hold as text, by the name of its field: NUL, half of a surrogate pair. */
export const storable = createMiddleware<Env>(async function requireStorable(c, next) {
  // What is not JSON is refused by the route, which reads the same body.
  const isJson = c.req.header('content-type')?.includes('json') === true
  const body: unknown = isJson ? await c.req.json().catch(() => null) : null
  const field = unstorable(body) ?? unstorable(c.req.query())
  if (field !== null) {
    throw new Refusal('invalid-request', { field }, `${field}: has a character that no text can have.`)
  }
  await next()
})

/** The field with such a text in it, like `matchers.0.value`; null: there is none. */
function unstorable(value: unknown, path: readonly string[] = []): string | null {
  if (typeof value === 'string') {
    return /[\0\p{Surrogate}]/u.test(value) ? path.join('.') || 'body' : null
  }
  if (typeof value !== 'object' || value === null) return null
  for (const [key, inner] of Object.entries(value)) {
    const found = unstorable(key, path) ?? unstorable(inner, [...path, key])
    if (found !== null) return found
  }
  return null
}
