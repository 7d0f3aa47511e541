import type { ServerResponse } from 'node:http'

import type { Pod } from './objects.ts'
import { badRequest } from './status.ts'
import { partsOf } from './versions.ts'

const followSeconds = 2

/** The lines an application pod would have written; with `follow` a new one every two seconds. */
export function podLog(pod: Pod, query: URLSearchParams, response: ServerResponse): void {
  const name = query.get('container') ?? pod.spec.containers[0]?.name ?? ''
  const container = pod.spec.containers.find((one) => one.name === name)
  if (!container) throw badRequest(`container ${name} is not valid for pod ${pod.metadata.name}`)
  const state = pod.status.containerStatuses?.find((status) => status.name === name)?.state
  const reason = state && 'waiting' in state ? state.waiting.reason : ''
  if (reason && reason !== 'CrashLoopBackOff')
    throw badRequest(`container "${name}" in pod "${pod.metadata.name}" is waiting to start: ${reason}`)

  const { tag } = partsOf(container.image)
  const lines = reason ? crashLines(name, tag) : servingLines(name, tag)
  const tail = Number(query.get('tailLines') ?? lines.length)
  response.writeHead(200, { 'content-type': 'text/plain' })
  for (const line of tail > 0 ? lines.slice(-tail) : []) response.write(`${line}\n`)
  if (query.get('follow') !== 'true') {
    response.end()
    return
  }
  const timer = setInterval(() => response.write(`${requestLine(name)}\n`), followSeconds * 1000)
  response.once('close', () => clearInterval(timer))
}

function servingLines(component: string, version: string): string[] {
  const requests = Array.from({ length: 12 }, () => requestLine(component))
  return [`INFO  starting ${component} ${version}`, `INFO  connected to PostgreSQL and Redis`, ...requests]
}

function crashLines(component: string, version: string): string[] {
  return [
    `INFO  starting ${component} ${version}`,
    'ERROR Traceback (most recent call last):',
    'ERROR   File "/app/settings.py", line 41, in <module>',
    "ERROR KeyError: 'SYNC_BATCH_SIZE'",
  ]
}

function requestLine(component: string): string {
  if (component === 'worker') return 'INFO  task sync_stock succeeded in 0.42s'
  return `INFO  GET ${component === 'frontend' ? '/dashboard' : '/api/products'} 200`
}
