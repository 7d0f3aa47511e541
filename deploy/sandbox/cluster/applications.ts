import { createServer } from 'node:http'
import type { Server, ServerResponse } from 'node:http'

import { isReady } from './kubelet.ts'
import type { Store } from './store.ts'
import { partsOf, repositories } from './versions.ts'
import type { Versions } from './versions.ts'

type Parts = { store: Store; versions: Versions; registry: { isDown: boolean } }

/**
 * What lies beside the cluster's API, over plain HTTP: the image registry (`/v2/…/tags/list`, with its paging by
 * Link) and the applications' health addresses (`/health/<environment>/<component>`), which answer for a pod that
 * really runs now.
 */
export function createApplications({ store, versions, registry }: Parts): Server {
  const turns = new Map<string, number>()

  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://applications')
    const health = /^\/health\/([^/]+)\/([^/]+)$/.exec(url.pathname)
    const tags = /^\/v2\/(.+)\/tags\/list$/.exec(url.pathname)
    if (health) answerHealth(response, { environment: health[1] ?? '', component: health[2] ?? '' })
    else if (registry.isDown) send(response, 503, { errors: [{ code: 'UNAVAILABLE', message: 'down' }] })
    else if (url.pathname === '/v2/') send(response, 200, {})
    else if (tags) answerTags(response, tags[1] ?? '', url.searchParams)
    else send(response, 404, { errors: [{ code: 'NOT_FOUND', message: 'not found' }] })
  })

  /** As a load balancer does: the ready pods in turn, 503 when there is none. */
  function answerHealth(response: ServerResponse, of: { environment: string; component: string }): void {
    const pods = store
      .list('pods', of.environment)
      .filter((pod) => pod.metadata.labels?.['app'] === of.component)
      .filter((pod) => isReady(pod) && !pod.metadata.deletionTimestamp)
    const key = `${of.environment}/${of.component}`
    const turn = turns.get(key) ?? 0
    turns.set(key, turn + 1)
    const pod = pods[turn % Math.max(1, pods.length)]
    if (!pod) return send(response, 503, { status: 'unavailable', ...of, reason: 'no pod is ready' })
    const image = pod.spec.containers[0]?.image ?? ''
    const version = partsOf(image).tag
    const healthy = versions.behaviourOf(image) !== 'unhealthy'
    const status = healthy ? 'ok' : 'failing'
    send(response, healthy ? 200 : 503, { status, ...of, version, pod: pod.metadata.name })
  }

  /** OCI distribution specification, "Listing tags": in lexical order, `n` a page, the next by Link. */
  function answerTags(response: ServerResponse, repository: string, query: URLSearchParams): void {
    if (!repositories.includes(repository))
      return send(response, 404, {
        errors: [{ code: 'NAME_UNKNOWN', message: 'repository name not known to registry' }],
      })
    const n = Number(query.get('n') ?? 100)
    const last = query.get('last') ?? ''
    const rest = versions
      .tags()
      .toSorted()
      .filter((tag) => tag > last)
    const page = rest.slice(0, n)
    if (rest.length > page.length && page.length > 0)
      response.setHeader('link', `</v2/${repository}/tags/list?n=${n}&last=${page.at(-1)}>; rel="next"`)
    send(response, 200, { name: repository, tags: page })
  }
}

function send(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
