import { testContext } from '../testing.ts'
import { createApi } from './api.ts'

export const alertsToken = 'a-token-for-alerts-of-tests'
export const grafanaWebhookSecret = 'a-secret-of-grafana-of-tests'
export const engineToken = 'a-token-of-tests-only'
export const bearer = { authorization: `Bearer ${alertsToken}` }

/** An engine that takes alerts in and watches two heartbeats, on a database of its own. For tests. */
export async function alertsWorld() {
  const world = await testContext({
    runbook: (runbook) => ({
      ...runbook,
      alerting: {
        ...runbook.alerting,
        heartbeats: [
          { name: 'nightly', silentAfterSeconds: 60, level: 2, title: 'No nightly run' },
          { name: 'watchdog', silentAfterSeconds: 60, level: 1, title: 'No Watchdog', alertname: 'Watchdog' },
        ],
      },
    }),
  })
  const api = createApi(world.context, engineToken, { alertsToken, grafanaWebhookSecret })
  const rows = async (query: string): Promise<Record<string, unknown>[]> =>
    (await world.context.pool.query(query)).rows
  const send = async (
    path: string,
    body: string,
    headers: Record<string, string> = bearer,
    to: ReturnType<typeof createApi> = api,
  ) => {
    const response = await to.request(path, { method: 'POST', headers, body })
    const text = await response.text()
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: text && JSON.parse(text),
    }
  }
  return {
    ...world,
    rows,
    send,
    deliver: async (source: string, body: unknown, headers?: Record<string, string>) =>
      await send(`/v1/alerts/${source}`, JSON.stringify(body), headers),
    stored: async (): Promise<number> => Number((await rows('select count(*) as n from alert'))[0]?.['n']),
    async empty(): Promise<void> {
      const tables = 'incident, alert, heartbeat, subject, silence'
      await world.context.pool.query(`truncate ${tables} restart identity cascade`)
    },
  }
}

/** An alert as Alertmanager and Grafana put it. */
export const vendorAlert = (more: Record<string, unknown> = {}) => ({
  status: 'firing',
  labels: { alertname: 'Unheard', severity: 'warning', environment: 'production' },
  annotations: { summary: 'It burns', description: 'A lot' },
  startsAt: '2026-07-06T05:00:00.123456789Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus/graph',
  fingerprint: 'c6eadffa33fcdf37',
  ...more,
})
/** A delivery of each source. */
export const good = {
  alertmanager: {
    version: '4',
    groupKey: '{}',
    truncatedAlerts: 0,
    status: 'firing',
    alerts: [vendorAlert()],
  },
  grafana: {
    version: '1',
    orgId: 1,
    title: '[FIRING:1]',
    alerts: [vendorAlert({ values: { B: 44.2 }, panelURL: '' })],
  },
  generic: { title: 'It burns', key: 'k', severity: 'warning', startsAt: '2026-07-06T05:00:00Z' },
}
