import { readFile } from 'node:fs/promises'
import { Hono } from 'hono'
import { parse } from 'yaml'
import { z } from 'zod'

const manifestFile = new URL('../../slack-manifest.yaml', import.meta.url)

const Manifest = z.object({
  features: z.object({
    shortcuts: z
      .array(
        z.object({
          name: z.string(),
          type: z.enum(['global', 'message']),
          callback_id: z.string(),
          description: z.string(),
        }),
      )
      .default([]),
  }),
})

/** `GET /shortcuts`: what Slack would offer of the app beside its commands, from the app's manifest. */
export function shortcutRoutes(): Hono {
  return new Hono().get('/shortcuts', async (c) => {
    const manifest = Manifest.parse(parse(await readFile(manifestFile, 'utf8')))
    return c.json(manifest.features.shortcuts)
  })
}
