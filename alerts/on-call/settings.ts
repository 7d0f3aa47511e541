import { z } from 'zod'
import { isCron } from '../cron.ts'

/** What the runbook file says of who is on call when. */

const Name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'use lower-case letters, digits and hyphens, at most 40 characters')
const Cron = z
  .string()
  .refine(
    isCron,
    'a cron expression of five fields such as "0 9 * * 1" (minute, hour, day of the month, month, weekday)',
  )
const LocalTime = z.string().refine(isLocalTime, 'a date and time such as 2026-01-05 09:00')

const Rotation = z.strictObject({
  name: Name,
  /** Ids of `people`, in the order in which they take turns. */
  people: z.array(Name).min(1),
  /** When the next one takes over. */
  handOver: Cron,
  /** When the first of them began, on the clocks of the file's time zone. Nobody is on call before. */
  starts: LocalTime,
  /** When somebody is on call at all; absent: always. */
  hours: z
    .strictObject({
      starts: Cron,
      minutes: z
        .number()
        .int()
        .positive()
        .max(31 * 24 * 60),
    })
    .optional(),
  /** Where PagerDuty keeps this rotation; with a PAGERDUTY_API_TOKEN that is what counts while it answers. */
  pagerduty: z
    .strictObject({ schedule: z.string().min(1).optional(), escalationPolicy: z.string().min(1).optional() })
    .refine(
      ({ schedule, escalationPolicy }) => (schedule === undefined) !== (escalationPolicy === undefined),
      'the id of either a schedule or an escalationPolicy',
    )
    .optional(),
})
export type Rotation = z.infer<typeof Rotation>

export const OnCallSettings = z.strictObject({
  rotations: z.array(Rotation).default([]),
  /** So many hours before nobody will be on call it is said in Slack. Empty: it is not. */
  gapNoticeHours: z.array(z.number().positive().max(48)).default([24, 1]),
})
export type OnCallSettings = z.infer<typeof OnCallSettings>

/** The parts of a local date and time such as 2026-01-05 09:00; null: there is no such day or hour. */
export function readLocalTime(
  text: string,
): { year: number; month: number; day: number; hour: number; minute: number } | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] =
    /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})$/.exec(text)?.slice(1).map(Number) ?? []
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute))
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCHours() === hour
  return isReal && date.getUTCMinutes() === minute && year >= 2000 ? { year, month, day, hour, minute } : null
}

function isLocalTime(text: string): boolean {
  return readLocalTime(text) !== null
}
