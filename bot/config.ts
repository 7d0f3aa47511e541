import { z } from 'zod'

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

const whatTheyAre = {
  BOT_HOST: 'the address the bot listens on; absent: all of the machine’s',
  BOT_PORT: 'the port of the bot: Slack requests (without Socket Mode), /healthz, /readyz and /metrics',
  ENGINE_URL: 'the address of the engine, such as http://engine:8080',
  ENGINE_TOKEN: 'the token that the bot and the engine share',
  SLACK_BOT_TOKEN: 'the bot token of the Slack app (xoxb-…; OAuth & Permissions)',
  SLACK_SIGNING_SECRET:
    'the signing secret of the Slack app (Basic Information), or set SLACK_APP_TOKEN to use Socket Mode',
  SLACK_APP_TOKEN: 'the app-level token of the Slack app (xapp-…; Basic Information), for Socket Mode',
  SLACK_API_URL: 'the address of the Web API, when it is not https://slack.com/api/',
  BOT_LEASE_SECONDS:
    'after how many seconds another bot writes instead of one that is dead: 1 to 300, default 10',
  LOG_LEVEL: `how much is logged: ${logLevels.join(', ')}`,
} as const
type Name = keyof typeof whatTheyAre

const Environment = z.object({
  BOT_HOST: z.string().optional(),
  BOT_PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  ENGINE_URL: z.url({ protocol: /^https?$/ }),
  ENGINE_TOKEN: z.string(),
  SLACK_BOT_TOKEN: z.string().startsWith('xoxb-'),
  SLACK_SIGNING_SECRET: z.string().optional(),
  SLACK_APP_TOKEN: z.string().startsWith('xapp-').optional(),
  SLACK_API_URL: z.url({ protocol: /^https?$/ }).default('https://slack.com/api/'),
  BOT_LEASE_SECONDS: z.coerce.number().min(1).max(300).default(10),
  LOG_LEVEL: z.enum(logLevels).default('info'),
})

/** How requests come in: signed over HTTP, or over Socket Mode. */
export type Intake = { kind: 'http'; signingSecret: string } | { kind: 'sockets'; appToken: string }

export interface Config {
  /** Absent: every address of the machine. */
  host?: string
  port: number
  engine: { url: string; token: string }
  slack: { botToken: string; apiUrl: string; intake: Intake }
  /** For how long a bot that does not say so again is the one that writes. */
  leaseSeconds: number
  logLevel: (typeof logLevels)[number]
}

/** The environment cannot be used; every variable that is missing or wrong is named, with what it is. */
export class ConfigInvalid extends Error {
  constructor(problems: string[]) {
    super(`The bot cannot start:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.name = 'ConfigInvalid'
  }
}

/** Reads the bot's configuration. Throws ConfigInvalid with every problem at once; never repeats a value. */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = Environment.safeParse(given)
  const intake = intakeOf(given)
  if (!parsed.success || intake === null) {
    const wrong = parsed.success ? [] : parsed.error.issues.map((issue) => String(issue.path[0]))
    throw new ConfigInvalid(
      problemsOf([...wrong, ...(intake === null ? ['SLACK_SIGNING_SECRET'] : [])], given),
    )
  }
  const { data } = parsed
  return {
    ...(data.BOT_HOST !== undefined && { host: data.BOT_HOST }),
    port: data.BOT_PORT,
    engine: { url: data.ENGINE_URL, token: data.ENGINE_TOKEN },
    slack: { botToken: data.SLACK_BOT_TOKEN, apiUrl: data.SLACK_API_URL, intake },
    leaseSeconds: data.BOT_LEASE_SECONDS,
    logLevel: data.LOG_LEVEL,
  }
}

function intakeOf(given: Record<string, string | undefined>): Intake | null {
  const { SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret } = given
  if (appToken !== undefined) return { kind: 'sockets', appToken }
  return signingSecret === undefined ? null : { kind: 'http', signingSecret }
}

function problemsOf(names: string[], given: Record<string, string | undefined>): string[] {
  return [...new Set(names)].map((name) => {
    const what = isName(name) ? whatTheyAre[name] : ''
    return `${name} ${given[name] === undefined ? 'is missing' : 'is not valid'}: ${what}`
  })
}

const isName = (name: string): name is Name => name in whatTheyAre
