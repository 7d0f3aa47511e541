import { z } from 'zod'

/** What the runbook file says of alerts, incidents and paging. Everything has the runbook's value as its default. */

const Name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'use lower-case letters, digits and hyphens, at most 40 characters')
const Text = z.string().trim().min(1)
const IncidentLevel = z.number().int().min(1).max(3)
const Minutes = z
  .number()
  .positive()
  .max(31 * 24 * 60)

/** What counts as trouble; where it is a matter of measure, above which value. */
export const Condition = z.strictObject({
  name: Text,
  above: z
    .strictObject({ value: z.number().min(0), unit: z.enum(['percent', 'seconds', 'minutes']) })
    .optional(),
})

/** A label is one of these values, or matches the regular expression as a whole. */
const Match = z.union([
  Text,
  z.array(Text).min(1),
  z.strictObject({ matches: z.string().min(1).max(300).refine(isRegExp, 'a regular expression') }),
])

const Rule = z.strictObject({
  name: Name,
  level: IncidentLevel,
  /** What the incident is called. Absent: what the alert calls itself. */
  title: Text.optional(),
  /** All of these labels have to match; the first rule that does decides. Empty: every alert. */
  when: z.record(z.string().min(1), Match).default({}),
  /** Rules with the same group make one incident; absent: the rule's own name. */
  group: Name.optional(),
  /** Labels whose values tell incidents of the group apart, besides the environment. */
  groupBy: z.array(Text).default([]),
  /** The dashboard that shows it: one of `links`. */
  dashboard: z.string().optional(),
  /** The heading of the runbook that says what to do, for the link to it. */
  runbookSection: Text.optional(),
})
export type Rule = z.infer<typeof Rule>

const Level = z.strictObject({
  level: IncidentLevel,
  name: Text,
  /** 0: at once. */
  respondMinutes: z.number().int().min(0),
  conditions: z.array(Condition),
  page: z
    .strictObject({
      /** The first page goes out so long after the incident opened, if nobody acknowledged it. */
      afterMinutes: z.number().min(0).default(0),
      /** How long the first one paged has; absent: as the matrix says. */
      answerMinutes: Minutes.optional(),
      /** How far up the matrix it climbs. */
      upTo: z.number().int().min(1).default(4),
    })
    .prefault({}),
})

export const MatrixLevel = z.strictObject({
  level: z.number().int().min(1),
  who: Text,
  /** How long this level has to answer. */
  respondMinutes: Minutes,
  /** Who is meant: whoever is on call in a rotation, or these people. */
  page: z.strictObject({ rotation: Name.optional(), people: z.array(Name).default([]) }).prefault({}),
})
export type MatrixLevel = z.infer<typeof MatrixLevel>

export const AlertingSettings = z.strictObject({
  levels: z.array(Level),
  escalation: z.array(MatrixLevel),
  /**
   * What a matrix level's time counts from: when that level was paged (15, 45, 105, 225 minutes after the start), or
   * when the incident opened (15, 30, 60, 120).
   */
  clock: z.enum(['since-paged', 'since-opened']).default('since-paged'),
  /** How often the matrix is climbed when nobody ever answers, the first time included. */
  rounds: z.number().int().min(1).max(9).default(3),
  rules: z.array(Rule).default([]),
  /** The labels an alert may name its environment in; the first that names one of ours counts. */
  environmentLabels: z.array(Text).default(['environment', 'env', 'namespace']),
  /** How long an incident stays open after its last alert was over. */
  holdResolveMinutes: z.number().min(0).default(3),
  /** An alert that began so often within the time is flapping: its incident is held open longer. */
  flapping: z
    .strictObject({
      episodes: z.number().int().min(2).default(3),
      withinMinutes: Minutes.default(30),
      holdMinutes: Minutes.default(15),
    })
    .prefault({}),
  /** More new incidents of one level than this within the time become one. */
  storm: z
    .strictObject({ incidents: z.number().int().min(1).default(5), withinMinutes: Minutes.default(5) })
    .prefault({}),
  /** Acknowledged, and still firing: asks whoever acknowledged, then pages again. */
  stillFiring: z
    .strictObject({ askAfterMinutes: Minutes.default(120), pageAgainAfterMinutes: Minutes.default(15) })
    .prefault({}),
  /** Reminders that nobody owns an incident. */
  unowned: z
    .strictObject({ everyMinutes: Minutes.default(10), times: z.number().int().min(0).default(5) })
    .prefault({}),
  /** In the planned maintenance window alerts of these levels open no incident. */
  maintenance: z
    .strictObject({ levels: z.array(IncidentLevel).default([2, 3]), environments: z.array(Name).default([]) })
    .prefault({}),
  /** While such a job runs on the environment of an alert, alerts by these rules open no incident. */
  inhibitions: z
    .array(z.strictObject({ jobs: z.array(Name).min(1), rules: z.array(Name).min(1) }))
    .default([]),
  pagerduty: z
    .strictObject({
      /** PagerDuty's own limit per routing key: developer.pagerduty.com, Events API v2 rate limits. */
      eventsPerMinute: z.number().int().min(1).default(120),
      /** 202 is not delivery: by then PagerDuty has to have said that it rang. */
      confirmSeconds: z.number().min(1).default(90),
    })
    .prefault({}),
  /** Whatever has to be heard of regularly: POST /v1/heartbeats/NAME. Silence opens an incident. */
  heartbeats: z
    .array(
      z.strictObject({
        name: Name,
        silentAfterSeconds: z.number().positive(),
        level: IncidentLevel,
        title: Text,
        /** An alert of this name counts as the heartbeat and opens nothing: Alertmanager's Watchdog. */
        alertname: Text.optional(),
      }),
    )
    .default([]),
  /** Asked regularly for as long as paging works: an outside monitor that raises the alarm when it no longer is. */
  outwardHeartbeat: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }),
      everySeconds: z.number().min(1).default(60),
      timerLagSeconds: z.number().positive().default(30),
      outboxAgeSeconds: z.number().positive().default(120),
    })
    .optional(),
})
export type AlertingSettings = z.infer<typeof AlertingSettings>

function isRegExp(text: string): boolean {
  try {
    RegExp(text)
    return true
  } catch {
    return false
  }
}
