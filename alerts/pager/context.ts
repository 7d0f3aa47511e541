import type { Logger } from 'pino'
import type { Listener } from '../../db/listen.ts'
import type { Pool } from '../../db/pool.ts'
import type { Alerting } from '../context.ts'
import type { PagerDutySettings } from '../pagerduty/settings.ts'

/** Who is who, by the runbook file. */
export interface PagerPeople {
  /** The Slack id of a PagerDuty user; null: the runbook file does not know them. */
  ofPagerDuty(user: { id: string; email: string | null }): string | null
  /** The address somebody has in PagerDuty; null: none is known, or it is nobody. */
  emailOf(actor: string): string | null
  /** What to call them in PagerDuty. */
  nameOf(actor: string): string
}

/** What the pager is made with. */
export interface PagerContext {
  pool: Pool
  alerting: Alerting
  pagerduty: PagerDutySettings
  people: PagerPeople
  notifications: Listener['events']
  logger: Pick<Logger, 'info' | 'warn' | 'error'>
  /** What is shown beside an incident on the phone. */
  linksOf(incident: { rule: string }): { name: string; url: string }[]
  /** Where an incident can be seen; null: nowhere but in Slack. */
  incidentUrl(id: number): string | null
  /** Counts what happens, for /metrics. */
  count(what: PagerCount): void
}

export type PagerCount =
  | { event: 'sent'; action: 'trigger' | 'acknowledge' | 'resolve'; result: 'accepted' | 'retry' | 'refused' }
  | { event: 'confirmed' }
  | { event: 'fallback'; why: string }
  | { event: 'webhook'; result: 'processed' | 'failed' }
  | { event: 'subscription'; result: 'disabled' | 'healthy' | 'missing' }
