import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { listen } from '../../db/listen.ts'
import { migrate } from '../../db/migrate.ts'
import { alertingChannel } from '../../db/incident-timers.ts'
import { pagesOf, writeTriggers } from '../../db/pages.ts'
import { createPool, transaction } from '../../db/pool.ts'
import { startPagerDuty, type PagerDutyOptions } from '../../deploy/sandbox/pagerduty/pagerduty.ts'
import { testDatabase } from '../../deploy/sandbox/postgres/testing.ts'
import type { Alerting } from '../context.ts'
import { openEscalation } from '../incidents.ts'
import type { PagerDutySettings } from '../pagerduty/settings.ts'
import { AlertingSettings } from '../settings.ts'
import type { PagerContext, PagerCount } from './context.ts'

export const people = [
  { id: 'PMARIA', slack: 'U0OPERATOR', name: 'Maria Santos', email: 'maria@company.com' },
  { id: 'PJOAO', slack: 'U0APPROVER', name: 'João Silva', email: 'joao@company.com' },
  { id: 'PNOBODY', slack: null, name: 'Somebody Else', email: 'else@company.com' },
]

export const keyOfLevel = (level: number): string => String(level).repeat(32)
export const fallbackKey = 'f'.repeat(32)
export const apiToken = 'y-token'
export const webhookSecret = 'a secret'

/** The pager's parts on a database of their own, with PagerDuty's stand-in. For tests. */
export async function pagerForTest(
  given: {
    pagerduty?: Partial<PagerDutySettings>
    settings?: Record<string, unknown>
    standIn?: Partial<PagerDutyOptions>
  } = {},
) {
  const database = await testDatabase(migrate)
  const pool = createPool(database.url, { max: 20 })
  const listener = await listen(database.url, [alertingChannel])
  const keys = [1, 2, 3, 4].map(keyOfLevel)
  const standIn = await startPagerDuty({
    port: 0,
    users: people.map(({ id, name, email }) => ({ id, name, email })),
    services: [...keys, fallbackKey].map((routingKey, index) => ({
      id: `SERVICE${index + 1}`,
      name: `Level ${index + 1}`,
      routingKey,
      users: [index === 0 ? 'PMARIA' : 'PJOAO'],
    })),
    apiToken,
    webhookRetryMs: 20,
    ...given.standIn,
  })
  const alerting: Alerting = {
    settings: AlertingSettings.parse({
      levels: [1, 2, 3].map((level) => ({
        level,
        name: `Level ${level}`,
        respondMinutes: 0,
        conditions: [],
      })),
      escalation: ['Engineer on-call', 'Tech Lead', 'CTO', 'CEO'].map((who, index) => ({
        level: index + 1,
        who,
        respondMinutes: 15,
      })),
      ...given.settings,
    }),
    timeZone: 'America/Sao_Paulo',
    locale: 'en',
    environments: ['production'],
    links: {},
    reach: async ({ level }) => ({ people: [`U0LEVEL${level}`], routingKey: keyOfLevel(level) }),
  }
  const counts: PagerCount[] = []
  const context: PagerContext = {
    pool,
    alerting,
    pagerduty: {
      eventsUrl: standIn.url,
      apiUrl: standIn.url,
      routingKey: null,
      routingKeys: Object.fromEntries(keys.map((key, index) => [index + 1, key])),
      fallback: null,
      apiToken: null,
      webhookSecrets: [webhookSecret],
      webhookSubscription: null,
      ...given.pagerduty,
    },
    people: {
      ofPagerDuty: ({ id, email }) =>
        people.find((person) => person.id === id || person.email === email)?.slack ?? null,
      emailOf: (actor) => people.find(({ slack }) => slack === actor)?.email ?? null,
      nameOf: (actor) => people.find(({ slack }) => slack === actor)?.name ?? actor,
    },
    notifications: listener.events,
    logger: pino({ level: 'silent' }),
    linksOf: () => [{ name: 'logs', url: 'https://logs.example.com' }],
    incidentUrl: () => 'https://slack.example.com/incidents',
    count: (what) => void counts.push(what),
  }
  let number = 0
  const open = async (severity = 1, count = 1): Promise<number[]> => {
    const { rows } = await pool.query<{ id: number }>(
      `insert into incident (title, level, environment, declared_by, idempotency_key)
       select 'Trouble ' || n, $1, 'production', 'plantao', 'incident ' || ($2 + n) from generate_series(1, $3) n
       returning id`,
      [severity, number, count],
    )
    number += count
    const ids = rows.map(({ id }) => Number(id))
    await transaction(pool, async (tx) => {
      await openEscalation(tx, { incidentIds: ids }, alerting)
      await tx.query('update escalation set level = 1, due_at = now() + $2 where incident_id = any($1)', [
        ids,
        '15 minutes',
      ])
      await writeTriggers(
        tx,
        ids.map((incidentId) => trigger(incidentId, 1, severity)),
        alerting.settings.pagerduty.confirmSeconds,
      )
    })
    return ids
  }
  return {
    pool,
    databaseUrl: database.url,
    standIn,
    context,
    counts,
    /** Incidents of a level, with the first level of the matrix called. */
    open,
    openOne: async (severity = 1): Promise<number> => (await open(severity))[0] ?? 0,
    change: async <T>(work: Parameters<typeof transaction<T>>[1]): Promise<T> =>
      await transaction(pool, work),
    /** `trigger 1 accepted`, for each. */
    states: async (...incidentIds: number[]) =>
      (await pagesOf(pool, incidentIds)).map(
        ({ action, level, state, route }) =>
          `${action} ${level} ${state}${route === 'fallback' ? ' (fallback)' : ''}`,
      ),
    incidentState: async (id: number): Promise<string> =>
      String((await pool.query('select state from incident where id = $1', [id])).rows[0]?.state),
    events: async (
      id: number,
    ): Promise<{ kind: string; actor: string; details: Record<string, unknown> }[]> =>
      (
        await pool.query(
          'select kind, actor, details from incident_event where incident_id = $1 order by id',
          [id],
        )
      ).rows,
    /** As if everything had happened so much earlier. */
    async later(seconds: number): Promise<void> {
      await pool.query(
        `with shift as (select make_interval(secs => $1) as by),
           pages as (update page set due_at = due_at - by, confirm_by = confirm_by - by from shift
             where state in ('pending', 'sending') or confirm_by is not null),
           deliveries as (update webhook_delivery set due_at = due_at - by from shift where processed_at is null),
           changes as (update change_event set due_at = due_at - by from shift where sent_at is null)
         update page_attempt set at = at - by from shift`,
        [seconds],
      )
    },
    async close(): Promise<void> {
      await standIn.close()
      await listener.close()
      await pool.end()
      await database.drop()
    },
  }
}
export type PagerForTest = Awaited<ReturnType<typeof pagerForTest>>

export const trigger = (incidentId: number, level: number, severity = 1) => ({
  incidentId,
  round: 1,
  level,
  severity,
  targets: ['U0OPERATOR'],
  state: 'pending' as const,
})

/** A server that does with each call what is given. */
export async function serverFor(
  answer: Parameters<typeof createServer>[1],
): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer(answer ?? (() => undefined))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () =>
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
