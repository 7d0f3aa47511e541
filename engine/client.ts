import type { z } from 'zod'
import type * as schemas from './http/schemas.ts'

type Out<Schema extends z.ZodType> = z.output<Schema>

export type Job = Out<typeof schemas.Job>
export type JobSummary = Out<typeof schemas.JobSummary>
export type JobState = Job['state']
export type Step = Out<typeof schemas.StepView>
export type Failure = Out<typeof schemas.FailureView>
export type NewJob = Out<typeof schemas.NewJobBody>
export type LogPage = Out<typeof schemas.LogPage>
export type Freeze = Out<typeof schemas.FreezeView>
export type NewFreeze = Out<typeof schemas.NewFreezeBody>
export type Lock = Out<typeof schemas.LockView>
export type Status = Out<typeof schemas.Status>
export type Release = Out<typeof schemas.ReleaseView>
export type Backup = Out<typeof schemas.BackupView>
export type Who = Out<typeof schemas.Who>
export type Settings = Out<typeof schemas.Settings>
export type Incident = Out<typeof schemas.IncidentView>
export type NewIncident = Out<typeof schemas.NewIncidentBody>
export type SlackMessage = Out<typeof schemas.MessageView>
export type Lease = Out<typeof schemas.LeaseView>
export type SubjectChange = Out<typeof schemas.SubjectChange>
export type PersonRef = Out<typeof schemas.PersonRef>

/** The engine said no, in words: `code` and `values` are stable, `message` is its English sentence. */
export class EngineRefused extends Error {
  readonly code: string
  readonly values: Record<string, unknown>
  readonly status: number

  constructor(problem: { code: string; values: Record<string, unknown>; detail: string; status: number }) {
    super(problem.detail)
    this.name = 'EngineRefused'
    this.code = problem.code
    this.values = problem.values
    this.status = problem.status
  }
}

/** No answer, or 5xx: whether the request took effect is not known. The same idempotency key may be sent again. */
export class EngineUnavailable extends Error {
  constructor(reason: string) {
    super(`the engine did not answer: ${reason}`)
    this.name = 'EngineUnavailable'
  }
}

export interface Act {
  by: string
  reason?: string
}

/** The bot's only door. Every call throws EngineRefused or EngineUnavailable, within `timeoutMs`. */
export interface EngineClient {
  createJob(job: NewJob): Promise<{ job: Job; created: boolean }>
  job(id: number): Promise<Job>
  jobs(filter?: {
    state?: JobState[]
    kind?: string
    environment?: string
    limit?: number
  }): Promise<JobSummary[]>
  log(id: number, page?: { after?: number; limit?: number }): Promise<LogPage>
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

  incidents(): Promise<Incident[]>
  incident(id: number): Promise<Incident>
  declareIncident(incident: NewIncident): Promise<Incident>
  resolveIncident(id: number, act: Act): Promise<Incident>

  /**
   * Follows what must be redrawn: first every subject whose Slack message is stale, then each change as it
   * happens. Reconnects by itself; after every reconnect it says all that is stale again. Ends with `signal`.
   */
  changes(signal: AbortSignal): AsyncIterable<SubjectChange>
  messagesOf(subject: string): Promise<SlackMessage[]>
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
