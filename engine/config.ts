import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { z } from 'zod'

const Port = z.coerce.number().int().min(0).max(65_535)

const RoutingKey = z
  .string()
  .regex(/^[0-9a-zA-Z]{32}$/, 'a PagerDuty integration key (Events API v2), 32 characters')
  .optional()

const Environment = z.object({
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .describe("Plantão's own Postgres, postgres://user:password@host/database"),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .describe('Redis for the queue; absent: the queue is on Postgres'),
  ENGINE_PORT: Port.default(8080),
  ENGINE_HOST: z.string().default('127.0.0.1'),
  ENGINE_TOKEN: z
    .string()
    .min(16, 'use at least 16 characters: openssl rand -hex 32')
    .describe('shared with the bot'),
  ALERTS_TOKEN: z
    .string()
    .min(16, 'use at least 16 characters: openssl rand -hex 32')
    .optional()
    .describe('shared with whatever sends alerts; absent: none are taken'),
  GRAFANA_WEBHOOK_SECRET: z
    .string()
    .min(16, 'use at least 16 characters: openssl rand -hex 32')
    .optional()
    .describe('with which Grafana signs its alerts, in place of the token'),
  PAGERDUTY_ROUTING_KEY: RoutingKey.describe('for every level of the matrix that has no key of its own'),
  PAGERDUTY_ROUTING_KEY_L1: RoutingKey,
  PAGERDUTY_ROUTING_KEY_L2: RoutingKey,
  PAGERDUTY_ROUTING_KEY_L3: RoutingKey,
  PAGERDUTY_ROUTING_KEY_L4: RoutingKey,
  PAGERDUTY_EVENTS_URL: z.url({ protocol: /^https?$/ }).default('https://events.pagerduty.com'),
  PAGERDUTY_FALLBACK_ROUTING_KEY: RoutingKey.describe('used when the first does not prove that it rang'),
  PAGERDUTY_FALLBACK_EVENTS_URL: z.url({ protocol: /^https?$/ }).optional(),
  PAGERDUTY_API_URL: z.url({ protocol: /^https?$/ }).default('https://api.pagerduty.com'),
  PAGERDUTY_API_TOKEN: z.string().optional(),
  PAGERDUTY_WEBHOOK_SECRET: z
    .string()
    .optional()
    .describe('of the webhook subscription; several with commas while one is being replaced'),
  PAGERDUTY_WEBHOOK_SUBSCRIPTION: z.string().optional(),
  PLANTAO_CONFIG: z.string().default('deploy/plantao.yaml'),
  SECRETS_KEY: z.string().min(1).describe('encrypts tokens at rest: openssl rand -base64 32'),
  BACKUP_BUCKET: z.string().default('ml-bling-sync-backups'),
  WORK_DIR: z.string().default('/tmp/plantao').describe('where dumps are written on their way'),
  BLING_API_URL: z.url().default('https://api.bling.com.br/Api/v3'),
  BLING_CLIENT_ID: z.string().optional(),
  BLING_CLIENT_SECRET: z.string().optional(),
  MERCADO_LIVRE_API_URL: z.url().default('https://api.mercadolibre.com'),
  MERCADO_LIVRE_CLIENT_ID: z.string().optional(),
  MERCADO_LIVRE_CLIENT_SECRET: z.string().optional(),
  KUBECONFIG: z.string().optional(),
  JOB_CONCURRENCY: z.coerce.number().int().min(1).max(200).default(8),
  JOB_LEASE_SECONDS: z.coerce.number().min(1).max(600).default(15),
  RECONCILE_SECONDS: z.coerce.number().min(0.1).max(300).default(2),
  LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
})

export interface EngineConfig extends z.infer<typeof Environment> {
  /** Names this process in the rows it holds. */
  owner: string
  /** Whatever the runbook file refers to by the name of an environment variable. */
  variables: Readonly<Record<string, string | undefined>>
}

/** The environment does not say what the engine needs. The message names every variable that is wrong. */
export class ConfigInvalid extends Error {
  constructor(problems: string[]) {
    super(`The environment is not complete:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.name = 'ConfigInvalid'
  }
}

/** Reads the engine's environment. Throws ConfigInvalid; there are no default secrets. */
export function readConfig(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): EngineConfig {
  const given = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = Environment.safeParse(given)
  if (!parsed.success) throw new ConfigInvalid(parsed.error.issues.map(describe))
  return {
    ...parsed.data,
    owner: `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`,
    variables: given,
  }
}

/** The values that must never be stored or shown, by the names they have in the environment. */
export function secretsOf(config: EngineConfig): string[] {
  const secretName = /(TOKEN|SECRET|PASSWORD|_KEY|_KEY_L\d|_URL|CREDENTIALS)$/
  return Object.entries(config.variables).flatMap(([name, value]) => {
    if (value === undefined || !secretName.test(name)) return []
    if (name.endsWith('_URL')) return passwordOf(value)
    return name === 'PAGERDUTY_WEBHOOK_SECRET' ? [value, ...webhookSecrets(value)] : [value]
  })
}

/** The secrets of a list with commas. */
export const webhookSecrets = (list: string | undefined): string[] =>
  (list ?? '')
    .split(',')
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '')

function passwordOf(url: string): string[] {
  try {
    const { password } = new URL(url)
    return password === '' ? [] : [decodeURIComponent(password)]
  } catch {
    return []
  }
}

function describe(issue: z.core.$ZodIssue): string {
  const name = String(issue.path[0])
  const purpose = Environment.shape[name as keyof typeof Environment.shape]?.description
  const missing = issue.code === 'invalid_type' && issue.input === undefined
  return `${name}: ${missing ? 'is missing' : issue.message}${purpose === undefined ? '' : ` (${purpose})`}`
}
