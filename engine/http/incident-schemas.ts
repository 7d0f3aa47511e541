import { z } from '@hono/zod-openapi'
import { RotationView } from './people-schemas.ts'
import { IdempotencyKey, PersonRef, Reason, SlackUser } from './schemas.ts'

/** What goes over the engine's HTTP face about incidents, both ways. Times are ISO 8601 in UTC. */

const Time = z.iso.datetime()
const Level = z.number().int().min(1).max(3)

const AlertView = z.object({
  id: z.number(),
  source: z.string(),
  title: z.string(),
  description: z.string(),
  level: Level,
  rule: z.string(),
  status: z.enum(['firing', 'resolved']),
  labels: z.record(z.string(), z.string()),
  link: z.string().nullable(),
  startsAt: Time,
  resolvedAt: Time.nullable(),
})

/** One level of the matrix being called, and what became of that. */
const PageView = z.object({
  id: z.number(),
  round: z.number(),
  /** The level of the escalation matrix. */
  level: z.number(),
  /** What the matrix calls the level, e.g. Tech Lead. */
  who: z.string(),
  people: z.array(PersonRef),
  dedupKey: z.string(),
  state: z.enum(['pending', 'sending', 'accepted', 'confirmed', 'skipped', 'dropped', 'refused', 'unrouted']),
  plannedAt: Time,
  /** PagerDuty took it. */
  sentAt: Time.nullable(),
  /** PagerDuty says it rang. */
  confirmedAt: Time.nullable(),
  /** Since when people are told in Slack instead. */
  fallbackAt: Time.nullable(),
  problem: z.string().nullable(),
})

const EscalationView = z.object({
  round: z.number(),
  rounds: z.number(),
  /** The matrix level that was paged last; 0: none yet. A manual escalation names it with the round. */
  level: z.number(),
  /** Who is called next, and when. Null: nobody is. */
  next: z.object({ round: z.number(), level: z.number(), who: z.string(), at: Time }).nullable(),
  /** Whom escalating by hand calls now, acknowledged or not; the button's dialog names them. */
  byHand: z
    .object({ round: z.number(), level: z.number(), who: z.string(), people: z.array(PersonRef) })
    .nullish(),
  /** All rounds are over and nobody answered. */
  isExhausted: z.boolean(),
})

/** A deploy, rollback or restore on the incident's environment, before or during it. */
const RelatedJob = z.object({
  id: z.number(),
  kind: z.string(),
  environment: z.string(),
  /** The version, revision or backup. */
  target: z.string().nullable(),
  state: z.string(),
  by: PersonRef,
  at: Time,
})

export const IncidentView = z
  .object({
    id: z.number(),
    revision: z.number(),
    title: z.string(),
    /** The runbook file's rule that made it; `declared`: a person did. */
    rule: z.string(),
    level: Level,
    environment: z.string().nullable(),
    state: z.enum(['open', 'acknowledged', 'resolved']),
    /** It stands for more alerts than anybody could read one by one. */
    isStorm: z.boolean(),
    /** Its alerts come and go: it is held open. */
    isFlapping: z.boolean(),
    declaredBy: PersonRef,
    owner: PersonRef.nullable(),
    commander: PersonRef.nullable(),
    scribe: PersonRef.nullable(),
    /** A Slack channel of its own. */
    channel: z.string().nullable(),
    openedAt: Time,
    acknowledgedAt: Time.nullable(),
    acknowledgedBy: PersonRef.nullable(),
    resolvedAt: Time.nullable(),
    resolvedBy: PersonRef.nullable(),
    resolution: z.string().nullable(),
    /** The newest, firing ones first, at most 100. */
    alerts: z.array(AlertView),
    alertCounts: z.object({
      firing: z.number(),
      total: z.number(),
      byTitle: z.array(z.object({ title: z.string(), firing: z.number(), total: z.number() })),
    }),
    pages: z.array(PageView),
    escalation: EscalationView.nullable(),
    /** PagerDuty took a page and has not said that it rang. */
    isUnconfirmed: z.boolean(),
    /** It was acknowledged or resolved here, and PagerDuty goes on ringing. */
    isStillRinging: z.boolean(),
    links: z.array(z.object({ name: z.string(), url: z.string() })),
    jobs: z.array(RelatedJob),
    /** Events and pages, oldest first. */
    timeline: z.array(
      z.object({
        /** The event's own; absent: it is a page. */
        id: z.number().optional(),
        at: Time,
        actor: PersonRef,
        kind: z.string(),
        details: z.record(z.string(), z.unknown()),
      }),
    ),
  })
  .openapi('Incident')

/** What the list shows of one. */
export const IncidentSummary = IncidentView.pick({
  id: true,
  title: true,
  rule: true,
  level: true,
  environment: true,
  state: true,
  isStorm: true,
  owner: true,
  channel: true,
  openedAt: true,
  acknowledgedAt: true,
  acknowledgedBy: true,
  resolvedAt: true,
}).openapi('IncidentSummary')

export const NewIncidentBody = z
  .strictObject({
    title: z.string().trim().min(3).max(200),
    level: Level,
    environment: z.string().optional(),
    by: SlackUser,
    idempotencyKey: IdempotencyKey,
  })
  .openapi('NewIncident')

const By = z.strictObject({ by: SlackUser })

export const AcknowledgeBody = By.openapi('Acknowledge')

/** `seen`: what the message showed when the button was pressed; somebody else may have escalated since. */
export const EscalateBody = By.extend({
  seen: z.strictObject({ round: z.number().int().min(1), level: z.number().int().min(0) }),
}).openapi('Escalate')

export const ResolveBody = By.extend({ reason: Reason.optional() }).openapi('Resolve')
export const AssignBody = By.extend({ to: SlackUser }).openapi('Assign')
export const NoteBody = By.extend({
  text: z.string().trim().min(1).max(2_000),
  idempotencyKey: IdempotencyKey.optional(),
}).openapi('Note')
export const RoleBody = By.extend({
  role: z.enum(['commander', 'scribe']),
  person: SlackUser,
}).openapi('IncidentRole')
export const ChannelBody = By.extend({ channel: z.string().regex(/^[CG][A-Z0-9]{2,20}$/) }).openapi(
  'IncidentChannel',
)

/** Silences what the incident's alerts have in common, or exactly these labels. */
export const NewSilenceBody = By.extend({
  incidentId: z.number().int().positive().optional(),
  matchers: z
    .array(z.strictObject({ label: z.string().min(1).max(200), value: z.string().max(1_000) }))
    .min(1)
    .max(100)
    .refine((all) => all.some(({ value }) => value !== ''), 'at least one label needs a value')
    .optional(),
  minutes: z.number().int().min(1).max(10_080),
  reason: Reason,
  idempotencyKey: IdempotencyKey,
}).openapi('NewSilence')

export const SilenceView = z
  .object({
    id: z.number(),
    matchers: z.array(z.object({ label: z.string(), value: z.string() })),
    reason: z.string(),
    createdBy: PersonRef,
    createdAt: Time,
    endsAt: Time,
    endedBy: PersonRef.nullable(),
  })
  .openapi('Silence')

/** Per week, newest first; seconds. Medians over the incidents that opened in it. */
export const IncidentStats = z
  .object({
    weeks: z.array(
      z.object({
        startsAt: Time,
        incidents: z.array(z.object({ level: Level, count: z.number() })),
        acknowledgeSeconds: z.object({ mean: z.number(), median: z.number() }).nullable(),
        resolveSeconds: z.object({ mean: z.number(), median: z.number() }).nullable(),
        pages: z.array(z.object({ person: PersonRef, count: z.number() })),
      }),
    ),
  })
  .openapi('IncidentStats')

export const Postmortem = z.object({ fileName: z.string(), markdown: z.string() }).openapi('Postmortem')

/** Somebody stands in for whoever's turn it is. */
export const OverrideView = z
  .object({
    id: z.number(),
    rotation: z.string(),
    person: PersonRef,
    startsAt: Time,
    /** Of a cancelled one, when it was cancelled. */
    endsAt: Time,
    createdBy: PersonRef,
    cancelledBy: PersonRef.nullable(),
    /** PagerDuty keeps the rotation and does not answer: it is told as soon as it does. */
    isWaiting: z.boolean().optional(),
  })
  .openapi('OnCallOverride')

export const OnCallView = z
  .object({
    /** Where the roster comes from. */
    source: z.enum(['pagerduty', 'runbook']),
    /** PagerDuty should have said who is on call and did not: the runbook file's rotations stand in for it. */
    isFallback: z.boolean(),
    rotations: z.array(
      RotationView.extend({
        /** When nobody will be on call, within the next two weeks. */
        gaps: z.array(z.object({ startsAt: Time, endsAt: Time.nullable() })),
      }),
    ),
    /** In force or still to come. */
    overrides: z.array(OverrideView),
    /** The matrix as it would be called now. */
    levels: z.array(z.object({ level: z.number(), who: z.string(), people: z.array(PersonRef) })),
  })
  .openapi('OnCall')

/** What is said once in #ops-alerts: that somebody took over, or that nobody will be on call. */
export const OnCallNoticeView = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('hand-over'),
      id: z.number(),
      revision: z.number(),
      rotation: z.string(),
      at: Time,
      /** Null: nobody was on call in the days before. */
      from: PersonRef.nullable(),
      to: PersonRef,
      until: Time.nullable(),
      isOverride: z.boolean(),
      /** Open at that moment, the worst first; `openIncidents` counts all. */
      incidents: z.array(z.object({ id: z.number(), title: z.string(), level: z.number() })),
      openIncidents: z.number(),
    }),
    z.object({
      kind: z.literal('gap'),
      id: z.number(),
      revision: z.number(),
      rotation: z.string(),
      startsAt: Time,
      endsAt: Time.nullable(),
      /** Somebody is on call then after all. */
      coveredBy: PersonRef.nullable(),
    }),
  ])
  .openapi('OnCallNotice')

export const NewOverrideBody = By.extend({
  person: SlackUser,
  /** Absent: the first rotation. */
  rotation: z.string().optional(),
  startsAt: Time.optional(),
  endsAt: Time,
  idempotencyKey: IdempotencyKey,
}).openapi('NewOverride')
