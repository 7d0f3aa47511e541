import type { MiddlewareHandler } from 'hono'

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Refuses requests that another website makes a visitor's browser send here: a foreign `Origin`, or a name
 * other than loopback's in `Host` (DNS rebinding). Programs that send no `Origin` may drive the console.
 */
export function onlyOwnPage(): MiddlewareHandler {
  return async function onlyOwnPageMiddleware(c, next) {
    const own = new URL(c.req.url)
    const origin = c.req.header('origin')
    if (!loopbackNames.has(own.hostname) || (origin !== undefined && origin !== own.origin)) {
      return c.text('The console answers only to its own page on this machine.\n', 403)
    }
    return next()
  }
}
