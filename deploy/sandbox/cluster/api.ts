import type { IncomingMessage, ServerResponse } from 'node:http'

import type { Access, Account } from './access.ts'
import { admit } from './defaults.ts'
import { discovery } from './discovery.ts'
import { effectOf } from './effects.ts'
import type { Effect } from './effects.ts'
import { podLog } from './logs.ts'
import { isMetricsPath, metrics } from './metrics.ts'
import { apiVersion, kinds, timestamp } from './objects.ts'
import type { AnyObject, Deployment, Pod } from './objects.ts'
import { applyPatch } from './patch.ts'
import { fieldSelector, labelSelector } from './selectors.ts'
import { badRequest, conflict, invalid, StatusError, unknownPath } from './status.ts'
import type { Draft, Store } from './store.ts'
import { table } from './tables.ts'
import { targetOf } from './target.ts'
import type { Target } from './target.ts'
import { watch } from './watch.ts'

type Parts = { store: Store; access: Access; record: (effect: Effect) => void }
type Call = { request: IncomingMessage; response: ServerResponse; url: URL; account: Account; target: Target }

const bodyLimitBytes = 3 * 1024 * 1024

/** The API server: authenticate, authorize, admit, then read or write the store, as the real one does. */
export function createApi({ store, access, record }: Parts) {
  return async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await answer(request, response)
    } catch (error) {
      if (!(error instanceof StatusError)) throw error
      sendJson(response, error.code, error.body())
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'https://cluster')
    if (['/healthz', '/livez', '/readyz'].includes(url.pathname)) {
      response.writeHead(200, { 'content-type': 'text/plain' }).end('ok')
      return
    }
    const account = access.authenticate(request.headers.authorization)
    const document = discovery(url.pathname)
    if (document) return sendJson(response, 200, document)
    if (isMetricsPath(url.pathname)) return sendJson(response, 200, metrics({ store, access, account }, url))
    const target = targetOf(url.pathname)
    if (!target) throw unknownPath()
    const call = { request, response, url, account, target }
    authorize(call)
    await operate(call)
  }

  function authorize({ request, url, account, target }: Call): void {
    access.authorize(account, {
      verb: verbOf(request.method ?? 'GET', target, url.searchParams),
      resource: target.subresource ? `${target.kind}/${target.subresource}` : target.kind,
      group: kinds[target.kind].group,
      namespace: target.namespace,
      name: target.name,
    })
  }

  async function operate(call: Call): Promise<void> {
    const { request, target } = call
    if (target.subresource) return operateSubresource(call)
    switch (request.method) {
      case 'GET':
        return target.name ? readOne(call) : readMany(call)
      case 'POST':
        return create(call)
      case 'PUT':
        return write(call, 'update', await readBody(request))
      case 'PATCH':
        return write(call, 'patch', applyPatch(mediaType(request), current(target), await readBody(request)))
      case 'DELETE':
        return remove(call)
      default:
        throw methodNotAllowed()
    }
  }

  async function operateSubresource(call: Call): Promise<void> {
    const { request, response, url, target } = call
    if (target.kind === 'pods' && target.subresource === 'log' && request.method === 'GET')
      return podLog(current(target) as Pod, url.searchParams, response)
    if (target.kind !== 'deployments') throw unknownPath()
    if (target.subresource === 'status' && request.method === 'GET') return readOne(call)
    if (target.subresource !== 'scale') throw unknownPath()
    const deployment = current(target) as Deployment
    if (request.method === 'GET') return sendJson(response, 200, scaleOf(deployment))
    const body = await readBody(request)
    const scale = request.method === 'PUT' ? body : applyPatch(mediaType(request), scaleOf(deployment), body)
    const { spec, metadata } = scale as {
      spec?: { replicas?: number }
      metadata?: { resourceVersion?: string }
    }
    if (metadata?.resourceVersion && metadata.resourceVersion !== deployment.metadata.resourceVersion)
      throw conflict('deployments', target.name)
    const replicas = spec?.replicas ?? 0
    const written = save(call, 'patch', { ...deployment, spec: { ...deployment.spec, replicas } })
    sendJson(response, 200, scaleOf(written as Deployment))
  }

  function readOne({ request, response, target }: Call): void {
    const object = current(target)
    const { resourceVersion } = object.metadata
    sendJson(response, 200, wantsTable(request) ? table(target.kind, [object], resourceVersion) : object)
  }

  function readMany({ request, response, url, target }: Call): void {
    const query = url.searchParams
    const byLabel = labelSelector(query.get('labelSelector'))
    const byField = fieldSelector(query.get('fieldSelector'))
    const matches = (object: AnyObject) =>
      (!target.namespace || object.metadata.namespace === target.namespace) &&
      byLabel(object) &&
      byField(object)
    if (isWatch(query)) {
      const timeoutSeconds = Number(query.get('timeoutSeconds') ?? 1800)
      const resourceVersion = (query.get('resourceVersion') ?? '').replace(/^0$/, '')
      const asTable = wantsTable(request)
      return watch(store, { target, matches, resourceVersion, timeoutSeconds, asTable }, response)
    }
    const items: AnyObject[] = store.list(target.kind).filter(matches)
    const resourceVersion = String(store.resourceVersion())
    if (wantsTable(request)) return sendJson(response, 200, table(target.kind, items, resourceVersion))
    const kind = `${kinds[target.kind].kind}List`
    sendJson(response, 200, {
      kind,
      apiVersion: apiVersion(target.kind),
      metadata: { resourceVersion },
      items,
    })
  }

  async function create(call: Call): Promise<void> {
    const { request, response, target } = call
    refuseDryRun(call)
    const object = admit(target.kind, await readBody(request))
    const namespace = target.namespace || undefined
    if (namespace) store.get('namespaces', '', namespace)
    if (object.metadata.namespace && object.metadata.namespace !== (namespace ?? ''))
      throw badRequest(
        'the namespace of the provided object does not match the namespace sent on the request',
      )
    const metadata = { ...object.metadata, ...(namespace ? { namespace } : {}) }
    const created = store.create(target.kind, { ...object, metadata } as Draft<typeof target.kind>)
    record(effectOf('create', target.kind, { after: created }))
    sendJson(response, 201, created)
  }

  function write(call: Call, verb: 'update' | 'patch', body: unknown): void {
    sendJson(call.response, 200, save(call, verb, body))
  }

  function save(call: Call, verb: 'update' | 'patch', body: unknown): AnyObject {
    const { target } = call
    refuseDryRun(call)
    const before = current(target)
    const object = admit(target.kind, body)
    if (object.metadata.name !== target.name)
      throw badRequest('the name of the object does not match the name on the URL')
    if ('status' in before) Object.assign(object, { status: before.status })
    keepSelector(before, object)
    const after = store.update(target.kind, object)
    if (after !== before) record(effectOf(verb, target.kind, { before, after }))
    return after
  }

  function remove(call: Call): void {
    const { response, target } = call
    refuseDryRun(call)
    if (!target.name) throw methodNotAllowed()
    const before = current(target)
    if (before.metadata.deletionTimestamp) return sendJson(response, 200, before)
    record(effectOf('delete', target.kind, { before, after: before }))
    if (target.kind === 'pods') {
      const metadata = { ...before.metadata, deletionTimestamp: timestamp() }
      return sendJson(response, 200, store.update('pods', { ...(before as Pod), metadata }))
    }
    const { metadata } = store.remove(target.kind, target.namespace, target.name)
    const details = { name: target.name, kind: target.kind, uid: metadata.uid }
    sendJson(response, 200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details })
  }

  function current(target: Target): AnyObject {
    return store.get(target.kind, target.namespace, target.name)
  }
}

function verbOf(method: string, target: Target, query: URLSearchParams): string {
  if (method === 'GET' && target.name) return 'get'
  if (method === 'GET') return isWatch(query) ? 'watch' : 'list'
  return { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }[method] ?? method.toLowerCase()
}

function keepSelector(before: AnyObject, after: AnyObject): void {
  if (before.kind !== 'Deployment') return
  const [old, now] = [(before as Deployment).spec.selector, (after as Deployment).spec.selector]
  if (JSON.stringify(old) === JSON.stringify(now)) return
  const cause = {
    field: 'spec.selector',
    message: `Invalid value: ${JSON.stringify(now)}: field is immutable`,
  }
  throw invalid('deployments', before.metadata.name, cause)
}

function scaleOf({ metadata, spec, status }: Deployment) {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata
  const selector = Object.entries(spec.selector.matchLabels).map((label) => label.join('='))
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec.replicas },
    status: { replicas: status.replicas ?? 0, selector: selector.join(',') },
  }
}

function refuseDryRun({ url }: Call): void {
  if (url.searchParams.has('dryRun')) throw badRequest('the stand-in cluster does not do dry runs')
}

function methodNotAllowed(): StatusError {
  return new StatusError(405, 'MethodNotAllowed', {
    message: 'the server does not allow this method on the requested resource',
  })
}

function isWatch(query: URLSearchParams): boolean {
  return ['true', '1'].includes(query.get('watch') ?? '')
}

function wantsTable(request: IncomingMessage): boolean {
  return (request.headers.accept ?? '').includes('as=Table')
}

function mediaType(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? ''
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > bodyLimitBytes)
      throw new StatusError(413, 'RequestEntityTooLarge', { message: 'limit is 3145728' })
    chunks.push(chunk)
  }
  if (/protobuf|cbor/.test(mediaType(request)))
    throw new StatusError(415, 'UnsupportedMediaType', { message: 'the stand-in cluster reads JSON only' })
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw badRequest("couldn't get version/kind; json parse error")
  }
}

function sendJson(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
