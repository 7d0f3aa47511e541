import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { z } from 'zod'

const Secrets = z.object({
  engineToken: z.string(),
  secretsKey: z.string(),
  slackSigningSecret: z.string(),
  slackBotToken: z.string(),
  slackAppToken: z.string(),
  blingClientSecret: z.string(),
  mercadoLivreClientSecret: z.string(),
  objectStoreSecretKey: z.string(),
})
export type Secrets = z.infer<typeof Secrets>

/** The sandbox's own secrets, made at its first start and kept with its data: nothing is a default anybody knows. */
export async function sandboxSecrets(file: string): Promise<Secrets> {
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text !== null) return Secrets.parse(JSON.parse(text))
  const hex = (bytes: number): string => randomBytes(bytes).toString('hex')
  const secrets: Secrets = {
    engineToken: hex(24),
    secretsKey: randomBytes(32).toString('base64'),
    slackSigningSecret: hex(16),
    slackBotToken: `xoxb-${hex(20)}`,
    slackAppToken: `xapp-${hex(20)}`,
    blingClientSecret: hex(20),
    mercadoLivreClientSecret: hex(20),
    objectStoreSecretKey: hex(20),
  }
  await writeFile(file, JSON.stringify(secrets), { mode: 0o600 })
  return secrets
}
