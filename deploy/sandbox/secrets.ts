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
  alertsToken: z.string(),
  pagerDutyApiToken: z.string(),
  pagerDutyWebhookSecret: z.string(),
  /** One integration key per level of the escalation matrix. */
  pagerDutyRoutingKeys: z.array(z.string().length(32)).length(4),
})
export type Secrets = z.infer<typeof Secrets>

/** The sandbox's own secrets, made at its first start and kept with its data: nothing is a default anybody knows. */
export async function sandboxSecrets(file: string): Promise<Secrets> {
  const text = await readFile(file, 'utf8').catch(() => null)
  // Those of an earlier start go on; a sandbox of an older Plantão lacks some.
  const kept = z.record(z.string(), z.unknown()).parse(text === null ? {} : JSON.parse(text))
  const hex = (bytes: number): string => randomBytes(bytes).toString('hex')
  const fresh: Secrets = {
    engineToken: hex(24),
    secretsKey: randomBytes(32).toString('base64'),
    slackSigningSecret: hex(16),
    slackBotToken: `xoxb-${hex(20)}`,
    slackAppToken: `xapp-${hex(20)}`,
    blingClientSecret: hex(20),
    mercadoLivreClientSecret: hex(20),
    objectStoreSecretKey: hex(20),
    alertsToken: hex(24),
    pagerDutyApiToken: hex(20),
    pagerDutyWebhookSecret: hex(32),
    pagerDutyRoutingKeys: Array.from({ length: 4 }, () => hex(16)),
  }
  const secrets = Secrets.parse({ ...fresh, ...kept })
  await writeFile(file, JSON.stringify(secrets), { mode: 0o600 })
  return secrets
}
