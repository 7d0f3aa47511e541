import { z } from '@hono/zod-openapi'
import { grantableRoles } from '../../db/grants.ts'
import { jobStates } from '../../db/jobs.ts'
import { endNotices } from '../../db/person-settings.ts'

/** Everything that goes over the engine's HTTP face, both ways. Times are ISO 8601 in UTC. */

const Time = z.iso.datetime()
const maximumReason = 500

/** Slack user id of whoever asks; the engine looks up who that is and what they may do. */
export const SlackUser = z.string().regex(/^[UW][A-Z0-9]{2,20}$/, 'a Slack user id such as U012ABCDEF')
export const Reason = z.string().trim().min(3, 'say why, in at least 3 characters').max(maximumReason)
export const IdempotencyKey = z.string().min(1).max(200)

export const FailureView = z.object({
  code: z.string(),
  values: z.record(z.string(), z.unknown()),
  message: z.string(),
  step: z.string().optional(),
})

export const PersonRef = z.object({ slack: z.string(), name: z.string() })

export const StepView = z.object({
  name: z.string(),
  phase: z.enum(['main', 'failure']),
  state: z.enum(['pending', 'running', 'done', 'failed']),
  progress: z.object({ done: z.number(), total: z.number(), unit: z.string() }).nullable(),
  error: FailureView.nullable(),
  startedAt: Time.nullable(),
  finishedAt: Time.nullable(),
})

export const ChangeView = z.object({
  from: z.string().nullable(),
  to: z.string(),
  details: z.array(z.object({ name: z.string(), value: z.string() })),
})

export const WaitingFor = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('lock'),
    lock: z.string(),
    /** 1 is the next in line; null: many are ahead. */
    position: z.number().nullable(),
    holder: z.object({ jobId: z.number(), kind: z.string(), requestedBy: PersonRef, since: Time }),
  }),
  z.object({ kind: z.literal('freeze'), environment: z.string(), reason: z.string(), until: Time }),
])

export const ApprovalView = z.object({
  quorum: z.number(),
  roles: z.array(z.string()),
  expiresAt: Time,
  votes: z.array(
    z.object({
      person: PersonRef,
      decision: z.enum(['approve', 'reject', 'break-glass']),
      reason: z.string().nullable(),
      at: Time,
    }),
  ),
})

export const JobSummary = z
  .object({
    id: z.number(),
    kind: z.string(),
    params: z.record(z.string(), z.unknown()),
    environment: z.string().nullable(),
    state: z.enum(jobStates),
    requestedBy: PersonRef,
    createdAt: Time,
    startedAt: Time.nullable(),
    finishedAt: Time.nullable(),
  })
  .openapi('JobSummary')

export const Job = JobSummary.extend({
  /** Grows with every change: a message that shows this revision is true. */
  revision: z.number(),
  attempt: z.number(),
  origin: z.record(z.string(), z.unknown()).nullable(),
  change: ChangeView.nullable(),
  overrideReason: z.string().nullable(),
  approval: ApprovalView.nullable(),
  waitingFor: WaitingFor.nullable(),
  cancelRequestedBy: PersonRef.nullable(),
  retryFrom: z.string().nullable(),
  steps: z.array(StepView),
  logTail: z.array(z.string()),
  result: z.unknown(),
  error: FailureView.nullable(),
}).openapi('Job')

export const NewJobBody = z
  .object({
    kind: z.string(),
    params: z.record(z.string(), z.unknown()),
    requestedBy: SlackUser,
    idempotencyKey: IdempotencyKey,
    /** Where the request came from, e.g. the Slack channel whose message shows the job. */
    origin: z.object({ channel: z.string().max(30).optional() }).optional(),
    /** A freeze of the environment is overridden for this reason: logged, announced, shown on the job. */
    overrideFreeze: Reason.optional(),
  })
  .openapi('NewJob')

export const ActBody = z.object({ by: SlackUser, reason: Reason.optional() }).openapi('Act')
export const ReasonedActBody = z.object({ by: SlackUser, reason: Reason }).openapi('ReasonedAct')

export const LogPage = z
  .object({
    lines: z.array(z.object({ id: z.number(), at: Time, step: z.string(), line: z.string() })),
    /** Pass as `after` for the lines that follow. */
    next: z.number(),
    finished: z.boolean(),
  })
  .openapi('LogPage')

export const FreezeView = z
  .object({
    /** Null for a scheduled window of the runbook file. */
    id: z.number().nullable(),
    environment: z.string(),
    reason: z.string(),
    createdBy: PersonRef.nullable(),
    startsAt: Time,
    endsAt: Time,
  })
  .openapi('Freeze')

export const NewFreezeBody = z
  .object({
    environment: z.string(),
    reason: Reason,
    until: Time,
    by: SlackUser,
    idempotencyKey: IdempotencyKey,
  })
  .openapi('NewFreeze')

export const LockView = z
  .object({
    lock: z.string(),
    queue: z.array(
      z.object({
        jobId: z.number(),
        kind: z.string(),
        state: z.enum(['queued', 'running']),
        requestedBy: PersonRef,
        since: Time,
      }),
    ),
  })
  .openapi('Lock')

export const NewPlanBody = NewJobBody.pick({ kind: true, params: true, requestedBy: true }).openapi('NewPlan')

export const PlanView = z
  .object({
    /** Null: it could not be found out in time; `problem` says why. */
    change: ChangeView.nullable(),
    problem: FailureView.nullable(),
    approval: z.object({ quorum: z.number(), roles: z.array(z.string()) }).nullable(),
    freeze: FreezeView.nullable(),
    /** Whether this person may go past the freeze. */
    mayOverride: z.boolean(),
    /** The jobs it would wait for, the present holder of the lock first. */
    ahead: LockView.shape.queue,
  })
  .openapi('Plan')

export const EnvironmentStatus = z
  .object({
    name: z.string(),
    url: z.string(),
    /** What runs now; null while it cannot be read (`problem` says why). */
    version: z.string().nullable(),
    revision: z.number().nullable(),
    releasedBy: z.string().nullable(),
    releasedAt: Time.nullable(),
    health: z.enum(['healthy', 'unhealthy', 'unknown']),
    problem: z.string().nullable(),
    freeze: FreezeView.nullable(),
  })
  .openapi('EnvironmentStatus')

export const Status = z
  .object({
    environments: z.array(EnvironmentStatus),
    jobs: z.array(JobSummary),
    incidents: z.array(z.object({ id: z.number(), title: z.string(), level: z.number() })),
  })
  .openapi('Status')

export const ReleaseView = z
  .object({
    revision: z.number(),
    version: z.string(),
    status: z.string(),
    by: z.string(),
    at: Time,
    rollbackOf: z.number().nullable(),
  })
  .openapi('Release')

export const BackupView = z
  .object({
    id: z.string(),
    environment: z.string(),
    database: z.string(),
    takenAt: Time,
    bytes: z.number(),
    rows: z.number(),
  })
  .openapi('Backup')

export const Who = z
  .object({
    person: z.object({
      slack: z.string(),
      name: z.string(),
      title: z.string().nullable(),
      known: z.boolean(),
    }),
    roles: z.array(z.string()),
    may: z.array(
      z.object({
        command: z.string(),
        environments: z.array(z.string()),
        needsApproval: z.array(z.string()),
      }),
    ),
    admins: z.array(PersonRef),
  })
  .openapi('Who')

export const Settings = z
  .object({
    product: z.string(),
    locale: z.enum(['pt-BR', 'en']),
    timeZone: z.string(),
    channels: z.object({ operations: z.string(), incidents: z.string() }),
    userGroups: z.array(z.string()),
    environments: z.array(z.string()),
    links: z.record(z.string(), z.string()),
  })
  .openapi('Settings')

export const PersonSettings = z
  .object({
    /** Whether what waits for this person is also sent to them alone. */
    directMessages: z.boolean(),
    /** When the end of their own jobs is told; `long`: of those that took 30 s and more. */
    endNotice: z.enum(endNotices),
  })
  .openapi('PersonSettings')

/** Who is on call in a rotation, and who follows. */
export const RotationView = z.object({
  name: z.string(),
  /** Null: nobody is on call. `until` null: no end is in sight. */
  now: z.object({ person: PersonRef, until: Time.nullable(), isOverride: z.boolean() }).nullable(),
  next: z.object({ person: PersonRef, at: Time }).nullable(),
})

export const AccessRequestView = z
  .object({
    id: z.number(),
    slack: z.string(),
    name: z.string(),
    state: z.enum(['open', 'granted', 'refused']),
    askedAt: Time,
    decidedBy: PersonRef.nullable(),
    role: z.enum(grantableRoles).nullable(),
    expiresAt: Time.nullable(),
  })
  .openapi('AccessRequest')

export const AuditView = z
  .object({
    id: z.number(),
    at: Time,
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    details: z.record(z.string(), z.unknown()),
    /** Null for a moment, until the line is sealed. */
    hash: z.string().nullable(),
  })
  .openapi('AuditLine')

/** A subject whose message in Slack is not what it should be. */
export const SubjectChange = z.object({ subject: z.string(), revision: z.number() })

export const MessageView = z
  .object({
    subject: z.string(),
    channel: z.string(),
    ts: z.string().nullable(),
    shownRevision: z.number(),
    /** Set when a post was begun and its outcome was never recorded: it may be out there already. */
    postingSince: Time.nullable(),
  })
  .openapi('SlackMessage')

export const LeaseView = z
  .object({ name: z.string(), holder: z.string(), until: Time, fence: z.number() })
  .openapi('Lease')

export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    /** A sentence that says what is wrong and what to do. */
    detail: z.string(),
    /** Stable name of the problem. */
    code: z.string(),
    /** What the sentence was made with. */
    values: z.record(z.string(), z.unknown()),
    /** For invalid requests: the fields and what each should be. */
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem')
