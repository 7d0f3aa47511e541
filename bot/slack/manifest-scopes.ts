import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { z } from 'zod'

const manifestUrl = new URL('../../deploy/slack-manifest.yaml', import.meta.url)
const Manifest = z.object({ oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }) })

/** The bot scopes that deploy/slack-manifest.yaml asks for. */
export async function manifestScopes(): Promise<string[]> {
  return Manifest.parse(parse(await readFile(manifestUrl, 'utf8'))).oauth_config.scopes.bot
}
