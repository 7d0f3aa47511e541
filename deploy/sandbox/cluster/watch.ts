import type { ServerResponse } from 'node:http'

import type { AnyObject } from './objects.ts'
import { StatusError } from './status.ts'
import type { ChangeType, Store } from './store.ts'
import { table } from './tables.ts'
import type { Target } from './target.ts'

export type WatchRequest = {
  target: Target
  matches: (object: AnyObject) => boolean
  /** '' or '0': begin with everything there is. */
  resourceVersion: string
  timeoutSeconds: number
  asTable: boolean
}

/** Streams one JSON line per change until the client leaves or the time is over. */
export function watch(store: Store, request: WatchRequest, response: ServerResponse): void {
  const { target, matches } = request
  const seen = new Set<string>()

  function send(type: ChangeType | 'ERROR', object: unknown): void {
    response.write(`${JSON.stringify({ type, object })}\n`)
  }

  function offer(type: ChangeType, object: AnyObject): void {
    const wanted = type !== 'DELETED' && matches(object)
    const known = seen.has(object.metadata.uid)
    if (!wanted && !known) return
    if (wanted) seen.add(object.metadata.uid)
    else seen.delete(object.metadata.uid)
    const seenAs = wanted ? (known ? 'MODIFIED' : 'ADDED') : 'DELETED'
    send(seenAs, request.asTable ? table(target.kind, [object], object.metadata.resourceVersion) : object)
  }

  const version = Number(request.resourceVersion || 0)
  response.writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' })
  response.flushHeaders()
  try {
    if (version) {
      // What already matched at that version counts as known, so that its end is told as DELETED.
      for (const object of store.list(target.kind)) if (matches(object)) seen.add(object.metadata.uid)
      for (const change of store.changesSince(version))
        if (change.kind === target.kind) {
          if (change.type === 'ADDED') seen.delete(change.object.metadata.uid)
          if (change.type === 'DELETED' && matches(change.object)) seen.add(change.object.metadata.uid)
          offer(change.type, change.object)
        }
    } else for (const object of store.list(target.kind)) offer('ADDED', object)
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    send('ERROR', error.body())
    response.end()
    return
  }

  const unsubscribe = store.onChange(({ type, kind, object }) => {
    if (kind === target.kind) offer(type, object)
  })
  const timer = setTimeout(() => response.end(), request.timeoutSeconds * 1000)
  response.once('close', () => {
    unsubscribe()
    clearTimeout(timer)
  })
}
