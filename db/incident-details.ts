import { z } from 'zod'
import { announce } from './announcements.ts'
import { incidentSubject, type IncidentRow } from './incidents.ts'
import { jobStates } from './jobs.ts'
import { rows, sql, type Database } from './sql.ts'

const AlertOfIncident = z.object({
  id: z.number(),
  source: z.string(),
  title: z.string(),
  description: z.string(),
  level: z.number(),
  rule: z.string(),
  status: z.enum(['firing', 'resolved']),
  labels: z.record(z.string(), z.string()),
  link: z.string().nullable(),
  startsAt: z.date(),
  resolvedAt: z.date().nullable(),
})
export type AlertOfIncident = z.infer<typeof AlertOfIncident>

/** The incident's alerts, firing ones first, the newest first. */
export async function alertsOfIncident(
  db: Database,
  incidentId: number,
  limit: number,
): Promise<AlertOfIncident[]> {
  return await rows(
    db,
    AlertOfIncident,
    sql`select id, source, title, description, level, rule, status, labels, link, starts_at as "startsAt",
          resolved_at as "resolvedAt"
        from alert where incident_id = ${incidentId} order by status, id desc limit ${limit}`,
  )
}

const AlertCount = z.object({ title: z.string(), firing: z.number(), total: z.number() })
type AlertCount = z.infer<typeof AlertCount>

/** A machine's name or address: a word in which letters and digits meet, or a number with dots in it. */
const instanceName = String.raw`[[:alpha:]][\w.:/-]*[[:digit:]][\w.:/-]*|[[:digit:]]+[.:][\w.:/-]+|[[:digit:]]+[[:alpha:]][\w.:/-]*`

/**
 * How many alerts the incident has, and of which kinds, the most frequent first. Titles that differ only in which
 * machine they are about are one kind: ten thousand of them could not be read, nor sent with every change.
 */
export async function alertCountsOfIncident(
  db: Database,
  incidentId: number,
  limit: number,
): Promise<{ firing: number; total: number; byTitle: AlertCount[] }> {
  const kinds = await rows(
    db,
    AlertCount.extend({ allFiring: z.number(), all: z.number() }),
    sql`select case when count(distinct title) = 1 then min(title) else kind end as title,
          (count(*) filter (where status = 'firing'))::int as firing, count(*)::int as total,
          (sum(count(*) filter (where status = 'firing')) over ())::int as "allFiring",
          (sum(count(*)) over ())::int as "all"
        from (select title, status, regexp_replace(title, ${instanceName}, '…', 'g') as kind
          from alert where incident_id = ${incidentId}) as alert
        group by kind order by total desc, title limit ${limit}`,
  )
  const [first] = kinds
  const byTitle = kinds.map(({ title, firing, total }) => ({ title, firing, total }))
  return { firing: first?.allFiring ?? 0, total: first?.all ?? 0, byTitle }
}

const JobOfIncident = z.object({
  id: z.number(),
  kind: z.string(),
  environment: z.string(),
  target: z.string().nullable(),
  state: z.enum(jobStates),
  requestedBy: z.string(),
  startedAt: z.date(),
})
export type JobOfIncident = z.infer<typeof JobOfIncident>

/** The kinds of job that may be why there is an incident, or its end. */
export const changingKinds = ['deploy', 'rollback', 'restore']
const beforeHours = 1
/** Of very many incidents the newest; the others show it with their next change. */
const announcedWithJob = 50

/**
 * What ran on the incident's environment (on any, if it names none) from an hour before it opened until it was over,
 * oldest first: of these kinds, or all.
 */
export async function jobsOfIncident(
  db: Database,
  incident: Pick<IncidentRow, 'environment' | 'openedAt' | 'resolvedAt'>,
  { kinds, limit }: { kinds: readonly string[] | null; limit: number },
): Promise<JobOfIncident[]> {
  const found = await rows(
    db,
    JobOfIncident,
    sql`select id, kind, environment, state, requested_by as "requestedBy", started_at as "startedAt",
          coalesce(result ->> 'version', params ->> 'version', params ->> 'revision', result ->> 'backup',
            params ->> 'backup') as target
        from job
        where (${kinds}::text[] is null or kind = any(${kinds}::text[])) and environment is not null
          and (${incident.environment}::text is null or environment = ${incident.environment})
          and created_at > ${incident.openedAt}::timestamptz - interval '2 days'
          and coalesce(finished_at, now()) > ${incident.openedAt}::timestamptz - make_interval(hours => ${beforeHours})
          and started_at <= coalesce(${incident.resolvedAt}::timestamptz, now())
        order by id desc limit ${limit}`,
  )
  return found.toReversed()
}

/** Makes the messages of the incidents stale that show such a job: it began, or it is over. */
export async function announceIncidentsOf(
  db: Database,
  job: { kind: string; environment: string | null },
): Promise<void> {
  if (!changingKinds.includes(job.kind)) return
  const found = await rows(
    db,
    z.object({ id: z.number() }),
    sql`select id from incident
        where state <> 'resolved' and (environment is null or environment = ${job.environment})
        order by id desc limit ${announcedWithJob}`,
  )
  await announce(db, ...found.map(({ id }) => incidentSubject(id)))
}
