import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'
import type { VendorEnv } from './faults.ts'

/** Serves a stand-in on the loopback interface only. `port` 0 takes any free one. */
export async function serveOnLoopback(
  app: Hono<VendorEnv>,
  port: number,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createAdaptorServer({ fetch: app.fetch })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        // Requests that hang on purpose would keep the server open for ever.
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}
