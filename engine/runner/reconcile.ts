import type { Logger } from 'pino'
import { recordAudit, sealAudit } from '../../db/audit.ts'
import { expiredApprovals, jobsNeedingAttention } from '../../db/job-queue.ts'
import { jobSubject, moveJob } from '../../db/jobs.ts'
import { transaction, type Pool } from '../../db/pool.ts'
import type { Bell } from '../queue.ts'

/**
 * Ends approvals that ran out of time, rings for every job that nobody has, seals the audit log. Safe to run anywhere,
 * any time.
 */
export async function reconcile(pool: Pool, bell: Pick<Bell, 'ring'>): Promise<void> {
  for (const jobId of await expiredApprovals(pool)) await expire(pool, jobId)
  await bell.ring(await jobsNeedingAttention(pool))
  await sealAudit(pool)
}

async function expire(pool: Pool, jobId: number): Promise<void> {
  await transaction(pool, async (tx) => {
    const message = 'Nobody decided in time. Send the command again if it is still wanted.'
    const error = { code: 'approval-expired', values: {}, message }
    if (!(await moveJob(tx, { jobId, from: ['waiting-approval'], to: 'cancelled', error }))) return
    await recordAudit(tx, {
      actor: 'engine',
      action: 'job.approval-expired',
      subject: jobSubject(jobId),
      details: {},
    })
  })
}

/** Reconciles now and every `everySeconds`, one at a time. Returns how to stop. */
export function keepReconciling(deps: {
  pool: Pool
  bell: Pick<Bell, 'ring'>
  everySeconds: number
  logger: Logger
}): () => Promise<void> {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const again = (): void => {
    running = reconcile(deps.pool, deps.bell)
      .catch((error: Error) => deps.logger.warn({ reason: error.message }, 'could not reconcile'))
      .then(() => {
        if (!stopped) timer = setTimeout(again, deps.everySeconds * 1_000)
      })
  }
  again()
  return async () => {
    stopped = true
    clearTimeout(timer)
    await running
  }
}
