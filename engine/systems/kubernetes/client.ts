import { get as httpGet } from 'node:http'
import { get as httpsGet } from 'node:https'
import type { RequestOptions } from 'node:https'

import type { AppsV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node'
import pRetry from 'p-retry'
import { z } from 'zod'

import {
  ClusterForbidden,
  ClusterRefused,
  ClusterUnauthorized,
  ClusterUnreachable,
  KubeconfigInvalid,
  ReleaseError,
} from '../release-errors.ts'

export type Connection = {
  /** Path of a kubeconfig; absent: the usual places. */
  kubeconfig?: string | undefined
  context?: string | undefined
  requestTimeoutSeconds: number
}

export type Apis = { apps: AppsV1Api; core: CoreV1Api }
/** What a request does, for the error that says it was not allowed. */
export type Action = {
  verb: 'get' | 'list' | 'create' | 'update' | 'patch' | 'delete'
  resource: string
  namespace: string
  name?: string
  /** Media type of a patch. */
  contentType?: string
  signal?: AbortSignal
}

export type ClusterClient = {
  /** Carries out one request in bounded time; tries again where the cluster had a hiccup. */
  call<T>(action: Action, run: (apis: Apis) => Promise<T>): Promise<T>
  /** Resolves when something under the path changes; never when the cluster does not let us watch it. */
  changed(path: string, resourceVersion: string, signal: AbortSignal): Promise<void>
}

/**
 * Connects to a cluster through its kubeconfig. The client library is loaded only here: it is heavy, and most
 * processes of Plantão never need it. Throws KubeconfigInvalid.
 */
export async function connect(connection: Connection): Promise<ClusterClient> {
  const library = await import('@kubernetes/client-node')
  const config = loadKubeconfig(new library.KubeConfig(), connection)
  const server = config.getCurrentCluster()?.server ?? ''

  function apisFor(action: Action, signal: AbortSignal): Apis {
    const configuration = library.createConfiguration({
      baseServer: new library.ServerConfiguration(server, {}),
      authMethods: { default: config },
      promiseMiddleware: [
        {
          pre: (request) => {
            request.setSignal(signal)
            if (action.contentType) request.setHeaderParam('Content-Type', action.contentType)
            return Promise.resolve(request)
          },
          post: (response) => Promise.resolve(response),
        },
      ],
    })
    return { apps: new library.AppsV1Api(configuration), core: new library.CoreV1Api(configuration) }
  }

  async function attempt<T>(action: Action, run: (apis: Apis) => Promise<T>): Promise<T> {
    const limit = AbortSignal.timeout(connection.requestTimeoutSeconds * 1000)
    const signal = action.signal ? AbortSignal.any([action.signal, limit]) : limit
    try {
      return await unlessAborted(run(apisFor(action, signal)), signal)
    } catch (error) {
      action.signal?.throwIfAborted()
      if (!limit.aborted) throw explain(error, action, server)
      const reason = `no answer within ${connection.requestTimeoutSeconds} s`
      throw new ClusterUnreachable({ server, reason })
    }
  }

  return {
    call: (action, run) =>
      pRetry(() => attempt(action, run), {
        retries: 3,
        minTimeout: 200,
        shouldRetry: ({ error }) => error instanceof TemporarilyUnreachable,
        ...(action.signal ? { signal: action.signal } : {}),
      }),
    changed: (path, resourceVersion, signal) => firstChange(config, { path, resourceVersion, signal }),
  }
}

/** The cluster answered that it cannot now, or the connection broke: worth another try. */
class TemporarilyUnreachable extends ClusterUnreachable {}

function loadKubeconfig(config: KubeConfig, { kubeconfig, context }: Connection): KubeConfig {
  const invalid = (reason: string) =>
    new KubeconfigInvalid({ kubeconfig: kubeconfig ?? '(default locations)', reason })
  try {
    if (kubeconfig) config.loadFromFile(kubeconfig)
    else config.loadFromDefault()
  } catch (error) {
    throw invalid(messageOf(error))
  }
  if (context && !config.getContextObject(context)) {
    const existing = config.contexts.map(({ name }) => name).join(', ')
    throw invalid(`it has no context "${context}" (it has: ${existing || 'none'})`)
  }
  if (context) config.setCurrentContext(context)
  const server = config.getCurrentCluster()?.server
  // The library falls back to this address where it finds no kubeconfig at all.
  if (!kubeconfig && server === 'http://localhost:8080') throw invalid('none was found')
  if (!server) throw invalid('its current context names no cluster')
  return config
}

const ApiFailure = z.object({ code: z.int(), body: z.unknown() })
const Status = z.object({ message: z.string() })

function explain(error: unknown, action: Action, server: string): unknown {
  if (error instanceof ReleaseError) return error
  const failure = ApiFailure.safeParse(error)
  if (!failure.success) return new TemporarilyUnreachable({ server, reason: messageOf(error) })
  const { code: status, body } = failure.data
  const said = saidIn(body) || `HTTP ${status}`
  const { verb, resource, namespace, name = '' } = action
  if (status === 401) return new ClusterUnauthorized({ server })
  if (status === 403) return new ClusterForbidden({ verb, resource, namespace, said })
  if (status === 429 || status >= 500) return new TemporarilyUnreachable({ server, reason: said })
  return new ClusterRefused({ verb, resource, name, status, said })
}

/** The sentence of a Kubernetes Status object, which arrives as an object or as its text. */
function saidIn(body: unknown): string {
  const value = typeof body === 'string' ? parseJson(body) : body
  const status = Status.safeParse(value)
  return status.success ? status.data.message : ''
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Also bounds what the library does before it sends anything (a credential plugin that hangs). */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    const fail = () => reject(asError(signal.reason))
    if (signal.aborted) fail()
    else signal.addEventListener('abort', fail, { once: true })
  })
  return Promise.race([work, aborted])
}

/**
 * Opens a watch and resolves at its first event. The library's own Watch cannot be given up while the server
 * does not answer at all (1.4.0 overwrites its time limit), so this asks for the stream itself.
 */
async function firstChange(
  config: KubeConfig,
  { path, resourceVersion, signal }: { path: string; resourceVersion: string; signal: AbortSignal },
): Promise<void> {
  const server = config.getCurrentCluster()?.server ?? ''
  const url = new URL(`${server}${path}`)
  url.searchParams.set('watch', 'true')
  url.searchParams.set('resourceVersion', resourceVersion)
  const options: RequestOptions = {}
  await config.applyToHTTPSOptions(options)
  const get = url.protocol === 'https:' ? httpsGet : httpGet
  return new Promise((resolve) => {
    const request = get(url, { ...options, signal }, (response) => {
      if (response.statusCode === 200) response.once('data', () => resolve())
      response.on('error', () => undefined)
      response.resume()
    })
    request.on('error', () => undefined)
  })
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
