import type { IncomingMessage, ServerResponse } from 'node:http'

export type Failure = { times: number; status?: number; methods?: string[] }

/** What goes wrong between a client and the API, on demand. */
export function createFaults() {
  let frozen: (() => void)[] | undefined
  let failure: Required<Failure> | undefined
  let losesNextAnswer = false
  let firstDo: (() => void) | undefined

  /** Calls `next` now, after a thaw, or not at all. */
  function before(request: IncomingMessage, response: ServerResponse, next: () => void): void {
    if (frozen) {
      frozen.push(() => before(request, response, next))
      return
    }
    if (failure && failure.times > 0 && failure.methods.includes(request.method ?? '')) {
      failure.times -= 1
      const body = {
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        message: 'etcdserver: request timed out',
        code: failure.status,
      }
      response.writeHead(failure.status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      return
    }
    if (request.method !== 'GET') {
      firstDo?.()
      firstDo = undefined
    }
    if (losesNextAnswer && request.method !== 'GET') {
      losesNextAnswer = false
      response.writeHead = () => response
      response.end = () => response.destroy()
    }
    next()
  }

  return {
    before,
    freeze: (): void => {
      frozen ??= []
    },
    thaw: (): void => {
      const waiting = frozen ?? []
      frozen = undefined
      for (const resume of waiting) resume()
    },
    failNext: ({
      times,
      status = 500,
      methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    }: Failure): void => {
      failure = { times, status, methods }
    },
    beforeNextWrite: (run: () => void): void => {
      firstDo = run
    },
    loseNextAnswer: (): void => {
      losesNextAnswer = true
    },
  }
}
