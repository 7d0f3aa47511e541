import { EventEmitter } from 'node:events'
import { pino } from 'pino'
import { migrate } from '../db/migrate.ts'
import { createPool, transaction } from '../db/pool.ts'
import type { Database } from '../db/sql.ts'
import { testDatabase } from '../deploy/sandbox/postgres/testing.ts'
import type { Alerting, Reach } from './context.ts'
import { AlertingSettings } from './settings.ts'

/** Alerting by the runbook's own matrix on a database of its own, with whom its levels reach in the test's hand. */
export async function alertingForTest(settings: Record<string, unknown> = {}) {
  const database = await testDatabase(migrate)
  const pool = createPool(database.url)
  const reaches = new Map<number, Reach>(
    [1, 2, 3, 4].map((level) => [level, { people: [`U0LEVEL${level}`], routingKey: `key-${level}` }]),
  )
  const alerting: Alerting = {
    settings: AlertingSettings.parse({ levels, escalation: matrix, ...settings }),
    timeZone: 'America/Sao_Paulo',
    locale: 'en',
    environments: ['production', 'staging'],
    links: {},
    reach: async ({ level }) => reaches.get(level) ?? { people: [], routingKey: null },
  }
  let keys = 0
  return {
    pool,
    alerting,
    reaches,
    notifications: new EventEmitter<{ notification: [channel: string, payload: string]; gap: [] }>(),
    logger: pino({ level: 'silent' }),
    change: async <T>(work: (tx: Database) => Promise<T>): Promise<T> => await transaction(pool, work),
    key: () => `key-${keys++}`,
    /** As if everything that is planned had been planned so much earlier. */
    async later(minutes: number): Promise<void> {
      for (const table of ['escalation', 'incident_timer']) {
        await pool.query(`update ${table} set due_at = due_at - make_interval(secs => $1 * 60.0)`, [minutes])
      }
    },
    async close(): Promise<void> {
      await pool.end()
      await database.drop()
    },
  }
}
export type AlertingForTest = Awaited<ReturnType<typeof alertingForTest>>

const levels = [
  { level: 1, name: 'Critical', respondMinutes: 0, conditions: [] },
  { level: 2, name: 'High', respondMinutes: 30, conditions: [], page: { answerMinutes: 30 } },
  { level: 3, name: 'Medium', respondMinutes: 120, conditions: [], page: { afterMinutes: 120, upTo: 1 } },
]
const matrix = [
  { level: 1, who: 'Engineer on-call', respondMinutes: 15 },
  { level: 2, who: 'Tech Lead', respondMinutes: 30 },
  { level: 3, who: 'CTO', respondMinutes: 60 },
  { level: 4, who: 'CEO', respondMinutes: 120 },
]
