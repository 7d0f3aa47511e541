import { readFile } from 'node:fs/promises'
import { CronExpressionParser } from 'cron-parser'
import { parseDocument } from 'yaml'
import { z } from 'zod'

export const roles = ['viewer', 'operator', 'approver', 'admin'] as const
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>

/** Everything a permission rule can speak of: the kinds of job, and what is done besides jobs. */
export const commands = [
  'deploy',
  'rollback',
  'restore',
  'backup',
  'sync',
  'freeze',
  'unfreeze',
  'override-freeze',
  'break-glass',
  'incident',
  'read',
] as const
export const Command = z.enum(commands)
export type Command = z.infer<typeof Command>

const Name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'use lower-case letters, digits and hyphens, at most 40 characters')
const SlackUserId = z.string().regex(/^[UW][A-Z0-9]+$/, 'a Slack user id such as U012ABCDEF')
const SlackGroupId = z.string().regex(/^S[A-Z0-9]+$/, 'a Slack user group id such as S012ABCDEF')
const SlackChannelId = z.string().regex(/^[CG][A-Z0-9]+$/, 'a Slack channel id such as C012ABCDEF')
const VariableName = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'the name of an environment variable, such as DATABASE_URL')
const Minutes = z.number().int().positive()
const TimeZone = z.string().refine(isTimeZone, 'an IANA time zone such as America/Sao_Paulo')
const Cron = z.string().refine(isCron, 'a cron expression such as "0 2 * * *" (1#1 is the first Monday)')

const HealthCheck = z.strictObject({
  name: z.string().min(1),
  url: z.url(),
  expectStatus: z.number().int().min(100).max(599).default(200),
  timeoutSeconds: z.number().positive().max(60).default(5),
})

const Release = z.strictObject({
  driver: z.literal('kubernetes'),
  /** The kubeconfig context; absent: its current one. */
  context: z.string().optional(),
  namespace: Name,
  /** An OCI registry that lists the versions; absent: any well-formed version may be asked for. */
  registry: z.url().optional(),
  rolloutTimeoutSeconds: z.number().int().positive().default(600),
  components: z.record(
    Name,
    z.strictObject({ deployment: z.string().min(1), container: z.string().min(1), image: z.string().min(1) }),
  ),
})
export type ReleaseConfig = z.infer<typeof Release>

const Environment = z.strictObject({
  url: z.url(),
  resources: z.record(
    Name,
    z.strictObject({
      instances: z.number().int().positive(),
      cpu: z.number().positive(),
      memoryGb: z.number().positive(),
      diskGb: z.number().positive().optional(),
    }),
  ),
  release: Release,
  healthChecks: z.array(HealthCheck).default([]),
  database: z.strictObject({
    name: z.string().regex(/^[a-z_][a-z0-9_]{0,40}$/, 'a database name of at most 41 lower-case letters, digits and _'),
    /** Which environment variable holds its address and password. */
    urlVariable: VariableName,
  }),
})
export type EnvironmentConfig = z.infer<typeof Environment>

const Grant = z.strictObject({
  role: Role,
  commands: z.array(Command).optional(),
  environments: z.array(Name).optional(),
})
export type Grant = z.infer<typeof Grant>

const Person = z.strictObject({
  id: Name,
  name: z.string().min(1),
  title: z.string().min(1),
  phone: z.string().optional(),
  email: z.email().optional(),
  slack: SlackUserId.optional(),
  pagerduty: z.string().optional(),
  grants: z.array(Grant).default([]),
})
export type Person = z.infer<typeof Person>

const ApprovalRule = z.strictObject({
  quorum: z.number().int().min(1).max(5).default(1),
  roles: z.array(Role).min(1),
  expiresMinutes: Minutes.default(30),
})

const PermissionRule = z.strictObject({
  commands: z.array(Command).min(1),
  /** Absent: every environment, and what has none. */
  environments: z.array(Name).optional(),
  roles: z.array(Role),
  approval: ApprovalRule.optional(),
})
export type PermissionRule = z.infer<typeof PermissionRule>

const FreezeWindow = z.strictObject({
  name: z.string().min(1),
  environments: z.array(Name).min(1),
  starts: Cron,
  minutes: Minutes,
})

const RunbookFile = z
  .strictObject({
    product: z.string().min(1),
    locale: z.enum(['pt-BR', 'en']).default('pt-BR'),
    timeZone: TimeZone.default('America/Sao_Paulo'),
    slack: z.strictObject({
      channels: z.strictObject({ operations: SlackChannelId, incidents: SlackChannelId }),
      userGroups: z
        .array(z.strictObject({ id: SlackGroupId, grants: z.array(Grant).min(1) }))
        .default([]),
    }),
    environments: z.record(Name, Environment),
    people: z.array(Person),
    vendors: z
      .array(z.strictObject({ name: z.string(), phone: z.string().optional(), email: z.email().optional() }))
      .default([]),
    permissions: z.array(PermissionRule).min(1),
    freezeWindows: z.array(FreezeWindow).default([]),
    maintenance: z.strictObject({
      starts: Cron,
      minutes: Minutes,
      checklists: z.strictObject({
        monthly: z.array(z.string()),
        quarterly: z.array(z.string()),
        yearly: z.array(z.string()),
      }),
    }),
    deployChecklist: z.strictObject({
      before: z.array(z.string()),
      during: z.array(z.string()),
      after: z.array(z.string()),
    }),
    recovery: z.strictObject({
      rtoMinutes: Minutes,
      rpoMinutes: Minutes,
      backupEveryHours: z.number().int().positive(),
      keepBackupsDays: z.number().int().positive(),
    }),
    schedules: z
      .array(
        z.strictObject({
          name: Name,
          cron: Cron,
          job: z.strictObject({ kind: z.string(), params: z.record(z.string(), z.unknown()) }),
        }),
      )
      .default([]),
    alerting: z.strictObject({
      levels: z.array(
        z.strictObject({
          level: z.number().int().min(1).max(3),
          name: z.string(),
          respondMinutes: z.number().int().min(0),
          conditions: z.array(
            z.strictObject({
              name: z.string(),
              threshold: z.string().optional(),
            }),
          ),
        }),
      ),
      escalation: z.array(
        z.strictObject({ level: z.number().int().min(1), who: z.string(), respondMinutes: Minutes }),
      ),
    }),
    links: z.record(z.string(), z.url()).default({}),
    connectors: z.strictObject({
      /** Bling's own ceiling per account: developer.bling.com.br, limits. */
      blingRequestsPerSecond: z.number().positive().max(3).default(3),
      mercadoLivreRequestsPerSecond: z.number().positive().max(25).default(5),
    }),
    /** Extra patterns (regular expressions) of what must never be stored or shown. */
    redact: z.array(z.string().refine(isRegExp, 'a regular expression')).default([]),
  })
  .superRefine(checkReferences)

export type Runbook = z.infer<typeof RunbookFile>

/** A runbook file that cannot be used; every problem names the path, the value and what was expected. */
export class RunbookFileInvalid extends Error {
  readonly problems: string[]

  constructor(file: string, problems: string[]) {
    super(`${file} is not a valid runbook file:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.name = 'RunbookFileInvalid'
    this.problems = problems
  }
}

/** Reads and checks a runbook file. Throws RunbookFileInvalid with every problem at once. */
export async function loadRunbook(file: string): Promise<Runbook> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new RunbookFileInvalid(file, [`it cannot be read (${error.code ?? error.message}): set PLANTAO_CONFIG to its path`])
  })
  return parseRunbook(text, file)
}

/** Checks the text of a runbook file. Throws RunbookFileInvalid with every problem at once. */
export function parseRunbook(text: string, file = 'the runbook file'): Runbook {
  const document = parseDocument(text)
  if (document.errors.length > 0) {
    throw new RunbookFileInvalid(
      file,
      document.errors.map((error) => error.message.split('\n')[0] ?? error.message),
    )
  }
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    throw new RunbookFileInvalid(file, [error instanceof Error ? error.message : String(error)])
  }
  const parsed = RunbookFile.safeParse(value)
  if (parsed.success) return parsed.data
  throw new RunbookFileInvalid(file, parsed.error.issues.map((issue) => describeIssue(issue, value)))
}

function describeIssue(issue: z.core.$ZodIssue, whole: unknown): string {
  const path = issue.path.map(String).join('.') || 'the file'
  const value = issue.path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    whole,
  )
  const found = value === undefined ? 'is missing' : `is ${abbreviate(JSON.stringify(value))}`
  return `${path} ${found}: ${issue.message}`
}

const abbreviate = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}…` : text)

/** What one part of the file says about another must exist there. */
function checkReferences(runbook: z.infer<typeof RunbookFile>, context: z.RefinementCtx): void {
  const known = Object.keys(runbook.environments)
  const check = (environments: readonly string[] | undefined, path: (string | number)[]): void => {
    environments?.forEach((environment, index) => {
      if (known.includes(environment)) return
      context.addIssue({
        code: 'custom',
        path: [...path, index],
        message: `no such environment; expected one of ${known.join(', ')}`,
      })
    })
  }
  runbook.permissions.forEach((rule, index) => check(rule.environments, ['permissions', index, 'environments']))
  runbook.freezeWindows.forEach((window, index) =>
    check(window.environments, ['freezeWindows', index, 'environments']),
  )
  runbook.people.forEach((person, index) => {
    person.grants.forEach((grant, grantIndex) =>
      check(grant.environments, ['people', index, 'grants', grantIndex, 'environments']),
    )
    const twin = runbook.people.findIndex(
      (other) => other.id === person.id || (other.slack !== undefined && other.slack === person.slack),
    )
    if (twin !== index) {
      context.addIssue({ code: 'custom', path: ['people', index], message: `same id or Slack id as people.${twin}` })
    }
  })
}

function isCron(text: string): boolean {
  try {
    CronExpressionParser.parse(text)
    return true
  } catch {
    return false
  }
}

function isTimeZone(text: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: text })
    return true
  } catch {
    return false
  }
}

function isRegExp(text: string): boolean {
  try {
    RegExp(text)
    return true
  } catch {
    return false
  }
}
