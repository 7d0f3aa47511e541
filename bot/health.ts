import type { RequestListener } from 'node:http'
import type { Registry } from 'prom-client'

export interface Operations {
  registry: Registry
  /** Whether commands and clicks arrive here, and what else is worth knowing. */
  readiness(): { ready: boolean; details: Record<string, unknown> }
}

/**
 * `/healthz`: the process works. `/readyz`: it takes commands and clicks; not whether the engine answers, because a
 * bot without an engine still has something to tell the people who ask. `/metrics`: for Prometheus. Undefined: some
 * other path.
 */
export function operationsRoute(path: string, operations: Operations): RequestListener | undefined {
  switch (path) {
    case '/healthz':
      return (_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('ok')
    case '/readyz':
      return (_, response) => {
        const { ready, details } = operations.readiness()
        response.writeHead(ready ? 200 : 503, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ ready, ...details }))
      }
    case '/metrics':
      return (_, response) => {
        void operations.registry.metrics().then((text) => {
          response.writeHead(200, { 'content-type': operations.registry.contentType }).end(text)
        })
      }
    default:
      return undefined
  }
}
