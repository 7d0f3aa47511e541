import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { createAdaptorServer } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { proxy } from 'hono/proxy'
import { secureHeaders } from 'hono/secure-headers'
import { withOwnEvents, type OnChange } from './event-stream.ts'
import { onlyOwnPage } from './only-own-page.ts'
import type { SandboxPagerDuty } from '../pagerduty/pagerduty.ts'
import { panelRoutes, type Panel } from './panels.ts'
import { phoneRoutes } from './phones.ts'
import { shortcutRoutes } from './shortcuts.ts'

export type { Panel } from './panels.ts'

export type ConsoleOptions = {
  /** TCP port on 127.0.0.1; 0 takes any free one. */
  port: number
  /** Address of the Slack stand-in, e.g. `http://127.0.0.1:4010`. */
  slackUrl: string
  /** The levers of the "break things" drawer. */
  panels?: readonly Panel[]
  /** Whose calls the phones show; without it there are none. */
  pagerDuty?: SandboxPagerDuty
  /** What others than Slack were called with, for the log. */
  calls?: () => OutsideCall[]
}

/** One call of somebody else than Slack, as it was answered. */
export type OutsideCall = {
  /** ISO 8601. */
  at: string
  service: string
  method: string
  ok: boolean
  /** The answer in a word. */
  result: string
  arguments: Record<string, string>
}

export type Console = { url: string; close: () => Promise<void> }

const publicFolder = fileURLToPath(new URL('./public', import.meta.url))

/**
 * Starts the sandbox's web console: a page that looks and works like the two Slack channels.
 * It holds no state: everything shown is read from, and done through, the Slack stand-in.
 * Rejects when the port is taken.
 */
export async function startConsole({
  port,
  slackUrl,
  panels = [],
  pagerDuty,
  calls = () => [],
}: ConsoleOptions): Promise<Console> {
  const app = new Hono()
  app.use(onlyOwnPage())
  app.use(pageHeaders())
  app.route(
    '/',
    slackRoutes(slackUrl, (rang) => pagerDuty?.onChange(rang) ?? (() => undefined)),
  )
  app.route('/', panelRoutes(panels))
  app.route('/', shortcutRoutes())
  app.route('/', phoneRoutes(pagerDuty))
  app.get('/calls', (c) => c.json(calls()))
  app.get(
    '*',
    serveStatic({ root: publicFolder, onFound: (_path, c) => c.header('Cache-Control', 'no-cache') }),
  )

  const server = createAdaptorServer({ fetch: app.fetch })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      // Event streams never end by themselves.
      if ('closeAllConnections' in server) server.closeAllConnections()
      await closed
    },
  }
}

/** A person's Slack client: the stand-in's control routes, its event stream and its files. */
function slackRoutes(slackUrl: string, onRing: OnChange): Hono {
  return new Hono().all('/slack/*', async (c) => {
    const asked = new URL(c.req.url)
    const target = new URL(asked.pathname.replace(/^\/slack/, '/sandbox') + asked.search, slackUrl)
    try {
      return withOwnEvents(await proxy(target, { raw: c.req.raw }), { name: 'phones', onChange: onRing })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      return c.json({ error: `The Slack stand-in does not answer: ${reason}` }, 502)
    }
  })
}

/** Message text comes from outside: nothing but our own files may run, style, frame or be called. */
function pageHeaders() {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      connectSrc: ["'self'"],
      frameSrc: ["'self'"],
      formAction: ["'none'"],
      baseUri: ["'none'"],
      // together.html shows several people's windows.
      frameAncestors: ["'self'"],
      requireTrustedTypesFor: ["'script'"],
      trustedTypes: ["'none'"],
    },
    strictTransportSecurity: false,
    referrerPolicy: 'no-referrer',
  })
}
