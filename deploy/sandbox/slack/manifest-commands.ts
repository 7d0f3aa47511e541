import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { z } from 'zod'

const manifestUrl = new URL('../../slack-manifest.yaml', import.meta.url)
const Manifest = z.object({
  features: z.object({ slash_commands: z.array(z.object({ command: z.string() })) }),
})

/** The slash commands that deploy/slack-manifest.yaml declares. */
export async function manifestCommands(): Promise<string[]> {
  const { features } = Manifest.parse(parse(await readFile(manifestUrl, 'utf8')))
  return features.slash_commands.map(({ command }) => command)
}
