import type { AlertingSettings, MatrixLevel } from './settings.ts'

/** Whom a level of the matrix stands for at a time. Nobody and no key: the level is skipped. */
export interface Reach {
  /** Slack ids, or names of those who have none. */
  people: string[]
  /** PagerDuty's integration key for the level; null: people are told in Slack only. */
  routingKey: string | null
}

/** What the parts of alerting are made with: built once in engine/alerting.ts, passed on as a plain argument. */
export interface Alerting {
  settings: AlertingSettings
  timeZone: string
  locale: 'pt-BR' | 'en'
  /** The names of our environments. */
  environments: readonly string[]
  links: Readonly<Record<string, string>>
  /** Asked inside transactions: answers from what is known already, without a call to anybody outside. */
  reach(level: MatrixLevel, at?: Date): Promise<Reach>
}
