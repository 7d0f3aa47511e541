import { hc } from 'hono/client'
import type { z } from 'zod'
import { followChanges } from './client-changes.ts'
import { answered, body } from './client-answers.ts'
import type { Api } from './http/api.ts'
import type { HomeView } from './http/home-schemas.ts'
import type * as environmentSchemas from './http/environment-schemas.ts'
import type * as freezeSchemas from './http/freeze-schemas.ts'
import type * as jobSchemas from './http/job-schemas.ts'
import type * as peopleSchemas from './http/people-schemas.ts'
import type * as schemas from './http/schemas.ts'
import type * as slackSchemas from './http/slack-schemas.ts'
import { incidentClient, type IncidentClient } from './incident-client.ts'
import { onCallClient, type OnCallClient } from './on-call-client.ts'

export { EngineRefused, EngineUnavailable } from './client-answers.ts'
export type { Incident, IncidentStats, IncidentSummary, NewSilence, Silence } from './incident-client.ts'
export type { OnCall, OnCallNotice, Override } from './on-call-client.ts'

type Out<Schema extends z.ZodType> = z.output<Schema>

export type Job = Out<typeof jobSchemas.Job>
export type JobSummary = Out<typeof jobSchemas.JobSummary>
export type JobState = Job['state']
export type Step = Out<typeof jobSchemas.StepView>
export type Failure = Out<typeof schemas.FailureView>
export type NewJob = Out<typeof jobSchemas.NewJobBody>
export type Home = Out<typeof HomeView>
export type PersonSettings = Out<typeof peopleSchemas.PersonSettings>
export type AccessRequest = Out<typeof peopleSchemas.AccessRequestView>
export type NewPlan = Out<typeof jobSchemas.NewPlanBody>
export type Plan = Out<typeof jobSchemas.PlanView>
export type LogPage = Out<typeof jobSchemas.LogPage>
export type Freeze = Out<typeof freezeSchemas.FreezeView>
export type NewFreeze = Out<typeof freezeSchemas.NewFreezeBody>
export type Lock = Out<typeof jobSchemas.LockView>
export type Status = Out<typeof environmentSchemas.Status>
export type Release = Out<typeof environmentSchemas.ReleaseView>
export type Backup = Out<typeof environmentSchemas.BackupView>
export type Who = Out<typeof peopleSchemas.Who>
export type Settings = Out<typeof peopleSchemas.Settings>
export type SlackMessage = Out<typeof slackSchemas.MessageView>
export type Lease = Out<typeof slackSchemas.LeaseView>
export type SubjectChange = Out<typeof slackSchemas.SubjectChange>

/** `incidentId`: that of a page. */
export interface Copies {
  revision: number
  people: string[]
  incidentId: number | null
}

export interface Act {
  by: string
  reason?: string
}

/** The bot's only door. Every call throws EngineRefused or EngineUnavailable, within `timeoutMs`. */
export interface EngineClient extends IncidentClient, OnCallClient {
  createJob(job: NewJob): Promise<{ job: Job; created: boolean }>
  /** What a job would change and what stands in its way; refuses what createJob would, but for a freeze. */
  plan(plan: NewPlan): Promise<Plan>
  job(id: number): Promise<Job>
  jobs(filter?: {
    state?: JobState[]
    kind?: string
    environment?: string
    limit?: number
  }): Promise<JobSummary[]>
  /** With `before`, the last lines before that one (0: the newest); else those after a line. */
  log(id: number, page?: { after?: number; before?: number; limit?: number }): Promise<LogPage>
  /** Has the whole log put into the job's thread as a file: once for each attempt, when it is over. */
  logFile(id: number): Promise<{ state: 'coming' | 'when-over' | 'there' }>
  /** Has the log grow in the job's thread until this attempt is over. */
  followLog(id: number): Promise<{ state: 'following' | 'when-started' | 'over' }>
  approve(id: number, act: Act): Promise<Job>
  reject(id: number, act: Act & { reason: string }): Promise<Job>
  breakGlass(id: number, act: Act & { reason: string }): Promise<Job>
  cancel(id: number, act: Act): Promise<Job>
  retry(id: number, act: Act): Promise<Job>

  status(): Promise<Status>
  releases(environment: string): Promise<{ releases: Release[]; versions: string[] | null }>
  backups(environment: string): Promise<Backup[]>
  locks(): Promise<Lock[]>
  freezes(): Promise<Freeze[]>
  freeze(freeze: NewFreeze): Promise<Freeze>
  unfreeze(environment: string, act: Act): Promise<{ lifted: number }>
  who(slackUser: string): Promise<Who>
  settings(): Promise<Settings>
  personSettings(slackUser: string): Promise<PersonSettings>
  savePersonSettings(slackUser: string, change: Partial<PersonSettings>): Promise<PersonSettings>
  home(slackUser: string): Promise<Home>
  homeOpened(slackUser: string): Promise<void>

  askAccess(who: { by: string; name: string }): Promise<AccessRequest>
  accessRequest(id: number): Promise<AccessRequest>
  grantAccess(
    id: number,
    grant: { by: string; role: NonNullable<AccessRequest['role']>; hours?: number },
  ): Promise<AccessRequest>
  refuseAccess(id: number, act: { by: string }): Promise<AccessRequest>
  revokeAccess(slackUser: string, act: { by: string }): Promise<{ revoked: number }>

  /**
   * Follows what must be redrawn: first every subject whose Slack message is stale, then each change as it
   * happens. Reconnects by itself; after every reconnect it says all that is stale again. Ends with `signal`.
   */
  changes(signal: AbortSignal): AsyncIterable<SubjectChange>
  messagesOf(subject: string): Promise<SlackMessage[]>
  /** To whom a subject is shown in person now; the revision is at most that of what is read after this. */
  copies(subject: string): Promise<Copies>
  /** Both refuse (`wrong-state`) when `fence` is not the newest of the lease `projection`. */
  beginPosting(message: { subject: string; channel: string; fence: number }): Promise<void>
  recordShown(message: {
    subject: string
    channel: string
    ts: string
    revision: number
    fence: number
  }): Promise<void>
  /** Null: another holder has it. */
  takeLease(lease: { name: string; holder: string; seconds: number }): Promise<Lease | null>
  dropLease(lease: { name: string; holder: string }): Promise<void>
  saveUserGroup(group: { id: string; members: string[] }): Promise<void>
}

/** The client of an engine. `timeoutMs` bounds every call but the stream of changes. */
export function createEngineClient(options: {
  url: string
  token: string
  timeoutMs?: number
}): EngineClient {
  const headers = { authorization: `Bearer ${options.token}` }
  const timeoutMs = options.timeoutMs ?? 10_000
  const { v1 } = hc<Api>(options.url, {
    headers,
    fetch: async (input: string | URL | Request, init?: RequestInit) =>
      await fetch(input, { ...init, signal: AbortSignal.timeout(timeoutMs) }),
  })
  const call = async (
    path: string,
    { method = 'GET', json }: { method?: string; json?: unknown } = {},
  ): Promise<unknown> =>
    body(
      await answered(
        fetch(options.url + path, {
          method,
          headers: { ...headers, 'content-type': 'application/json' },
          signal: AbortSignal.timeout(timeoutMs),
          ...(json !== undefined && { body: JSON.stringify(json) }),
        }),
      ),
    )
  const param = (id: number) => ({ id: String(id) })
  return {
    async createJob(job) {
      const response = await answered(v1.jobs.$post({ json: job }))
      return { job: await body<Job>(response), created: response.status === 201 }
    },
    plan: async (json) => await body<Plan>(await answered(v1.plans.$post({ json }))),
    job: async (id) => await body<Job>(await answered(v1.jobs[':id'].$get({ param: param(id) }))),
    async jobs({ state, kind, environment, limit } = {}) {
      const query = {
        ...(state === undefined ? {} : { state: state.join(',') }),
        ...(kind === undefined ? {} : { kind }),
        ...(environment === undefined ? {} : { environment }),
        ...(limit === undefined ? {} : { limit: String(limit) }),
      }
      return (await body<{ jobs: JobSummary[] }>(await answered(v1.jobs.$get({ query })))).jobs
    },
    async log(id, { after, before, limit } = {}) {
      const query = {
        ...(before === undefined ? {} : { before: String(before) }),
        ...(after === undefined ? {} : { after: String(after) }),
        ...(limit === undefined ? {} : { limit: String(limit) }),
      }
      return await body<LogPage>(await answered(v1.jobs[':id'].log.$get({ param: param(id), query })))
    },
    logFile: async (id) =>
      await body<Awaited<ReturnType<EngineClient['logFile']>>>(
        await answered(v1.jobs[':id']['log-file'].$post({ param: param(id) })),
      ),
    followLog: async (id) =>
      await body<Awaited<ReturnType<EngineClient['followLog']>>>(
        await answered(v1.jobs[':id'].follow.$post({ param: param(id) })),
      ),
    approve: async (id, json) =>
      await body<Job>(await answered(v1.jobs[':id'].approve.$post({ param: param(id), json }))),
    reject: async (id, json) =>
      await body<Job>(await answered(v1.jobs[':id'].reject.$post({ param: param(id), json }))),
    breakGlass: async (id, json) =>
      await body<Job>(await answered(v1.jobs[':id']['break-glass'].$post({ param: param(id), json }))),
    cancel: async (id, json) =>
      await body<Job>(await answered(v1.jobs[':id'].cancel.$post({ param: param(id), json }))),
    retry: async (id, json) =>
      await body<Job>(await answered(v1.jobs[':id'].retry.$post({ param: param(id), json }))),

    status: async () => await body<Status>(await answered(v1.status.$get())),
    releases: async (name) =>
      await body<{ releases: Release[]; versions: string[] | null }>(
        await answered(v1.environments[':name'].releases.$get({ param: { name } })),
      ),
    backups: async (name) =>
      (
        await body<{ backups: Backup[] }>(
          await answered(v1.environments[':name'].backups.$get({ param: { name } })),
        )
      ).backups,
    locks: async () => (await body<{ locks: Lock[] }>(await answered(v1.locks.$get()))).locks,
    freezes: async () => (await body<{ freezes: Freeze[] }>(await answered(v1.freezes.$get()))).freezes,
    freeze: async (json) => await body<Freeze>(await answered(v1.freezes.$post({ json }))),
    unfreeze: async (name, json) =>
      await body<{ lifted: number }>(
        await answered(v1.environments[':name'].unfreeze.$post({ param: { name }, json })),
      ),
    who: async (slack) => await body<Who>(await answered(v1.people[':slack'].$get({ param: { slack } }))),
    settings: async () => await body<Settings>(await answered(v1.settings.$get())),
    personSettings: async (slack) =>
      await body<PersonSettings>(await answered(v1.people[':slack'].settings.$get({ param: { slack } }))),
    savePersonSettings: async (slack, json) =>
      await body<PersonSettings>(
        await answered(v1.people[':slack'].settings.$patch({ param: { slack }, json })),
      ),
    home: async (slack) => await body<Home>(await answered(v1.home[':slack'].$get({ param: { slack } }))),
    homeOpened: async (slack) => void (await answered(v1.home[':slack'].opened.$post({ param: { slack } }))),

    askAccess: async (json) =>
      await body<AccessRequest>(await answered(v1['access-requests'].$post({ json }))),
    accessRequest: async (id) =>
      await body<AccessRequest>(await answered(v1['access-requests'][':id'].$get({ param: param(id) }))),
    grantAccess: async (id, json) =>
      await body<AccessRequest>(
        await answered(v1['access-requests'][':id'].grant.$post({ param: param(id), json })),
      ),
    refuseAccess: async (id, json) =>
      await body<AccessRequest>(
        await answered(v1['access-requests'][':id'].refuse.$post({ param: param(id), json })),
      ),
    revokeAccess: async (slack, json) =>
      await body<{ revoked: number }>(
        await answered(v1.people[':slack'].revoke.$post({ param: { slack }, json })),
      ),

    ...incidentClient(call),
    ...onCallClient(call),

    changes: (signal) => followChanges(`${options.url}/v1/changes`, headers, signal),
    messagesOf: async (subject) =>
      (
        await body<{ messages: SlackMessage[] }>(
          await answered(v1.slack.messages.$get({ query: { subject } })),
        )
      ).messages,
    copies: async (subject) =>
      await body<Copies>(await answered(v1.slack.copies.$get({ query: { subject } }))),
    beginPosting: async (json) => void (await answered(v1.slack.messages.posting.$post({ json }))),
    recordShown: async (json) => void (await answered(v1.slack.messages.shown.$post({ json }))),
    takeLease: async ({ name, ...json }) =>
      (
        await body<{ lease: Lease | null }>(
          await answered(v1.leases[':name'].take.$post({ param: { name }, json })),
        )
      ).lease,
    dropLease: async ({ name, ...json }) =>
      void (await answered(v1.leases[':name'].drop.$post({ param: { name }, json }))),
    saveUserGroup: async ({ id, ...json }) =>
      void (await answered(v1.slack['user-groups'][':id'].$put({ param: { id }, json }))),
  }
}
