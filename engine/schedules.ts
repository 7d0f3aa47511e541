import { schedule, type ScheduledTask } from 'node-cron'
import type { EngineContext } from './context.ts'
import { requestJob } from './request-job.ts'
import type { Runbook } from './runbook-file.ts'

/** Requests the runbook file's scheduled jobs when their time comes. Returns how to stop. */
export function startSchedules(context: EngineContext): () => Promise<void> {
  const { schedules, timeZone } = context.runbook
  const tasks = schedules.map((entry): ScheduledTask => {
    const options = { timezone: timeZone, name: entry.name }
    return schedule(entry.cron, async ({ date }) => await requestScheduled(context, entry, date), options)
  })
  return async () => {
    for (const task of tasks) await task.destroy()
  }
}

/**
 * Requests one scheduled job. Every replica does, with a key made of the schedule and its planned minute: the first
 * one records the job, the others find it.
 */
export async function requestScheduled(
  context: EngineContext,
  { name, job }: Runbook['schedules'][number],
  planned: Date,
): Promise<void> {
  const actor = `schedule:${name}`
  const idempotencyKey = `${actor}:${planned.toISOString().slice(0, 16)}`
  await requestJob(context, { ...job, requestedBy: actor, idempotencyKey }).catch((error: Error) => {
    context.logger.error({ schedule: name, reason: error.message }, 'a scheduled job could not be requested')
  })
}
