import type { Classified } from './classify.ts'
import type { AlertingSettings } from './settings.ts'

/** What may keep an alert from opening an incident now. */
export interface Quiet {
  /** By the database's clock. */
  now: Date
  silences: readonly { id: number; matchers: readonly { label: string; value: string }[]; endsAt: Date }[]
  /** The end of the planned maintenance window that holds now; null: none does. */
  maintenanceUntil: Date | null
  jobs: readonly { id: number; kind: string; environment: string | null }[]
}

export interface Suppression {
  /** `silence/3`, `maintenance` or `job/42`. */
  by: string
  lookAgainAt: Date
}

/** Nobody says when a job will end: it is looked for again so soon. */
const jobLookAgainSeconds = 15

/** Why an alert that fires opens no incident now, and when that is to be looked at again; null: it opens one. Pure. */
export function suppression(
  alert: Pick<Classified, 'rule' | 'level' | 'environment'> & { labels: Readonly<Record<string, string>> },
  quiet: Quiet,
  settings: Pick<AlertingSettings, 'maintenance' | 'inhibitions'>,
): Suppression | null {
  const silence = quiet.silences
    .filter(({ matchers }) => isSilenced(alert.labels, matchers))
    .reduce<Quiet['silences'][number] | null>(
      (longest, one) => (longest === null || one.endsAt > longest.endsAt ? one : longest),
      null,
    )
  if (silence) return { by: `silence/${silence.id}`, lookAgainAt: silence.endsAt }
  if (quiet.maintenanceUntil && isInMaintenance(alert, settings.maintenance)) {
    return { by: 'maintenance', lookAgainAt: quiet.maintenanceUntil }
  }
  const job = quiet.jobs.find((running) => isInhibited(alert, running, settings.inhibitions))
  if (!job) return null
  return { by: `job/${job.id}`, lookAgainAt: new Date(quiet.now.getTime() + jobLookAgainSeconds * 1_000) }
}

/** Whether an alert has every label of a silence. One without matchers silences nothing. */
export function isSilenced(
  labels: Readonly<Record<string, string>>,
  matchers: readonly { label: string; value: string }[],
): boolean {
  return matchers.length > 0 && matchers.every(({ label, value }) => (labels[label] ?? '') === value)
}

function isInMaintenance(
  { level, environment }: Pick<Classified, 'level' | 'environment'>,
  { levels, environments }: AlertingSettings['maintenance'],
): boolean {
  if (!levels.includes(level)) return false
  return environments.length === 0 || (environment !== null && environments.includes(environment))
}

function isInhibited(
  { rule, environment }: Pick<Classified, 'rule' | 'environment'>,
  job: Quiet['jobs'][number],
  inhibitions: AlertingSettings['inhibitions'],
): boolean {
  if (environment === null || job.environment !== environment) return false
  return inhibitions.some(({ jobs, rules }) => jobs.includes(job.kind) && rules.includes(rule))
}
