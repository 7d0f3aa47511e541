import type { Logger } from 'pino'
import { announceIncidentsOf } from '../../db/incident-details.ts'
import { claimJob } from '../../db/job-claims.ts'
import { lockQueue } from '../../db/job-queue.ts'
import { findJob, moveJob, setChange } from '../../db/jobs.ts'
import type { Bell } from '../queue.ts'
import { failureRecord, Refusal, StepFailure } from '../failures.ts'
import { runJob, type RunnerDeps } from './run.ts'

export interface WorkerDeps extends RunnerDeps {
  bell: Pick<Bell, 'ring'>
  /** Names this process in the rows it holds. */
  owner: string
  frozenEnvironments(): Promise<string[]>
  logger: Logger
}

/**
 * Answers one ring of the bell: if the job's turn has come, takes it under a lease and carries it to its end;
 * if it waits for approval, works out what it would change, for the people who decide.
 */
export async function lookAtJob(deps: WorkerDeps, jobId: number): Promise<void> {
  const claimed = await claimJob(deps.pool, {
    jobId,
    owner: deps.owner,
    leaseSeconds: deps.leaseSeconds,
    frozenEnvironments: await deps.frozenEnvironments(),
  })
  if (!claimed) return await preview(deps, jobId)
  await announceIncidentsOf(deps.pool, claimed)
  await runJob(deps, claimed)
  if (claimed.lock !== null) await ringNext(deps, claimed.lock)
}

async function ringNext(deps: WorkerDeps, lock: string): Promise<void> {
  const queue = await lockQueue(deps.pool, lock)
  const next = queue.find(({ state }) => state === 'queued')
  const nextJob = next && (await findJob(deps.pool, next.id))
  if (nextJob) await deps.bell.ring([nextJob])
}

const previewTimeoutSeconds = 30

async function preview(deps: WorkerDeps, jobId: number): Promise<void> {
  const job = await findJob(deps.pool, jobId)
  if (job?.state !== 'waiting-approval' || job.change) return
  const procedure = deps.procedures.get(job.kind)
  if (!procedure) return
  try {
    const { change } = await procedure.plan(procedure.params.parse(job.params), {
      signal: AbortSignal.timeout(previewTimeoutSeconds * 1_000),
      log: () => undefined,
    })
    await setChange(deps.pool, jobId, change)
  } catch (error) {
    if (error instanceof Refusal || error instanceof StepFailure) {
      await moveJob(deps.pool, {
        jobId,
        from: ['waiting-approval'],
        to: 'failed',
        error: failureRecord(error, 'plan'),
      })
    } else {
      deps.logger.warn(
        { jobId, reason: error instanceof Error ? error.message : String(error) },
        'no preview yet',
      )
    }
  }
}
