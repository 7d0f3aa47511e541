import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { z } from 'zod'

const Port = z.coerce.number().int().min(0).max(65_535)

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
  const secretName = /(TOKEN|SECRET|PASSWORD|_KEY|_URL|CREDENTIALS)$/
  return Object.entries(config.variables).flatMap(([name, value]) => {
    if (value === undefined || !secretName.test(name)) return []
    return name.endsWith('_URL') ? passwordOf(value) : [value]
  })
}

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
