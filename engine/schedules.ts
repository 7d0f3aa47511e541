import { schedule, type ScheduledTask } from 'node-cron'
import type { EngineContext } from './context.ts'
import { requestJob } from './request-job.ts'

/**
 * Requests the runbook file's scheduled jobs when their time comes. Every replica does, with a key made of the
 * schedule and its planned time: the first one records the job, the others find it. Returns how to stop.
 */
export function startSchedules(context: EngineContext): () => Promise<void> {
  const tasks = context.runbook.schedules.map(({ name, cron, job }): ScheduledTask =>
    schedule(
      cron,
      async ({ date }) => {
        const request = { ...job, requestedBy: `schedule:${name}`, idempotencyKey: scheduleKey(name, date) }
        await requestJob(context, request).catch((error: Error) => {
          context.logger.error(
            { schedule: name, reason: error.message },
            'a scheduled job could not be requested',
          )
        })
      },
      { timezone: context.runbook.timeZone, name },
    ),
  )
  return async () => {
    for (const task of tasks) await task.destroy()
  }
}

/** One key for each planned minute of a schedule, whoever asks. */
export const scheduleKey = (name: string, planned: Date): string =>
  `schedule:${name}:${planned.toISOString().slice(0, 16)}`
