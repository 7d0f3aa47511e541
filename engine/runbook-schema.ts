import { z } from 'zod'
import { isCron, isTimeZone } from '../alerts/cron.ts'
import { OnCallSettings } from '../alerts/on-call/settings.ts'
import { AlertingSettings, Condition } from '../alerts/settings.ts'

export const roles = ['viewer', 'operator', 'approver', 'admin'] as const
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>

/** The kinds of job that change the world or copy from it. */
const jobKinds = ['deploy', 'rollback', 'restore', 'backup', 'sync'] as const

/** Everything a permission rule can speak of: the kinds of job, and what is done besides jobs. */
export const commands = [
  ...jobKinds,
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
const Text = z.string().trim().min(1)
const SlackUserId = z.string().regex(/^[UW][A-Z0-9]+$/, 'a Slack user id such as U012ABCDEF')
const SlackGroupId = z.string().regex(/^S[A-Z0-9]+$/, 'a Slack user group id such as S012ABCDEF')
const SlackChannelId = z.string().regex(/^[CG][A-Z0-9]+$/, 'a Slack channel id such as C012ABCDEF')
const VariableName = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]*$/, 'the name of an environment variable, such as DATABASE_URL')
const Url = z.url({ protocol: /^https?$/, error: 'an address that begins with https:// or http://' })
const aMonthInMinutes = 31 * 24 * 60
const Minutes = z.number().int().positive().max(aMonthInMinutes)
const TimeZone = z.string().refine(isTimeZone, 'an IANA time zone such as America/Sao_Paulo')
const Cron = z
  .string()
  .refine(
    isCron,
    'a cron expression of five fields such as "0 2 * * *" (day of week 1#1 is the first Monday)',
  )

const HealthCheck = z.strictObject({
  name: Text,
  url: Url,
  expectStatus: z.number().int().min(100).max(599).default(200),
  timeoutSeconds: z.number().positive().max(60).default(5),
})

const Release = z.strictObject({
  driver: z.literal('kubernetes'),
  /** The kubeconfig context; absent: its current one. */
  context: z.string().optional(),
  namespace: Name,
  /** An OCI registry that lists the versions; absent: any well-formed version may be asked for. */
  registry: Url.optional(),
  rolloutTimeoutSeconds: z.number().int().positive().max(86_400).default(600),
  components: z
    .record(Name, z.strictObject({ deployment: Text, container: Text, image: Text }))
    .refine(isNotEmpty, 'at least one component'),
})

const Environment = z.strictObject({
  url: Url,
  resources: z.record(
    Name,
    z.strictObject({
      instances: z.number().int().positive().max(1_000),
      cpu: z.number().positive(),
      memoryGb: z.number().positive(),
      diskGb: z.number().positive().optional(),
    }),
  ),
  release: Release,
  healthChecks: z.array(HealthCheck).default([]),
  database: z.strictObject({
    name: z.string().regex(/^[a-z_][a-z0-9_]{0,40}$/, 'at most 41 lower-case letters, digits and _'),
    /** Which environment variable holds its address and password. */
    urlVariable: VariableName,
  }),
})

const Grant = z.strictObject({
  role: Role,
  /** Absent: for every command. */
  commands: z.array(Command).min(1).optional(),
  /** Absent: in every environment, and for what has none. */
  environments: z.array(Name).min(1).optional(),
})
export type Grant = z.infer<typeof Grant>

const Person = z.strictObject({
  id: Name,
  name: Text,
  title: Text,
  phone: z.string().optional(),
  email: z.email().optional(),
  slack: SlackUserId.optional(),
  /** Further Slack accounts of the same human, who never counts as somebody else. */
  otherSlack: z.array(SlackUserId).default([]),
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
  environments: z.array(Name).min(1).optional(),
  /** Empty: nobody. */
  roles: z.array(Role),
  approval: ApprovalRule.optional(),
})
export type PermissionRule = z.infer<typeof PermissionRule>

const FreezeWindow = z.strictObject({
  name: Text,
  environments: z.array(Name).min(1),
  starts: Cron,
  minutes: Minutes,
})

const Checklist = z.array(Text)

/** The whole file, before its parts are compared with each other. */
export const RunbookShape = z.strictObject({
  product: Text,
  locale: z.enum(['pt-BR', 'en']).default('pt-BR'),
  timeZone: TimeZone.default('America/Sao_Paulo'),
  slack: z.strictObject({
    channels: z.strictObject({ operations: SlackChannelId, incidents: SlackChannelId }),
    userGroups: z.array(z.strictObject({ id: SlackGroupId, grants: z.array(Grant).min(1) })).default([]),
  }),
  /** What the product consists of, and what each part is built with. */
  components: z.record(Name, Text),
  environments: z.record(Name, Environment).refine(isNotEmpty, 'at least one environment'),
  people: z.array(Person),
  vendors: z
    .array(z.strictObject({ name: Text, phone: z.string().optional(), email: z.email().optional() }))
    .default([]),
  permissions: z.array(PermissionRule).min(1),
  freezeWindows: z.array(FreezeWindow).default([]),
  maintenance: z.strictObject({
    starts: Cron,
    minutes: Minutes,
    checklists: z.strictObject({ monthly: Checklist, quarterly: Checklist, yearly: Checklist }),
  }),
  deployChecklist: z.strictObject({ before: Checklist, during: Checklist, after: Checklist }),
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
        job: z.strictObject({ kind: z.enum(jobKinds), params: z.record(z.string(), z.unknown()) }),
      }),
    )
    .default([]),
  onCall: OnCallSettings.prefault({}),
  alerting: AlertingSettings,
  /** Each is one of `links`. */
  dashboards: z
    .array(
      z.strictObject({ link: z.string(), name: Text, metrics: z.array(Text), alerts: z.array(Condition) }),
    )
    .default([]),
  links: z.record(Name, Url).default({}),
  connectors: z.strictObject({
    /** Bling's own ceiling per account: developer.bling.com.br, limits. */
    blingRequestsPerSecond: z.number().positive().max(3).default(3),
    mercadoLivreRequestsPerSecond: z.number().positive().max(25).default(5),
  }),
  /** Extra patterns (regular expressions) of what must never be stored or shown. */
  redact: z.array(z.string().min(1).max(200).refine(isRegExp, 'a regular expression')).default([]),
})
export type Runbook = z.infer<typeof RunbookShape>

function isNotEmpty(record: object): boolean {
  return Object.keys(record).length > 0
}

function isRegExp(text: string): boolean {
  try {
    RegExp(text)
    return true
  } catch {
    return false
  }
}
