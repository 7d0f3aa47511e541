import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { alertsToken, alertsWorld, bearer, engineToken, good, vendorAlert } from './alerts-testing.ts'
import { createApi } from './api.ts'

let world: Awaited<ReturnType<typeof alertsWorld>>
beforeAll(async () => {
  world = await alertsWorld()
})
afterAll(async () => await world.close())
beforeEach(async () => await world.empty())

describe('what is kept of an alert', () => {
  test('secrets are not; the name of the alert does not depend on that', async () => {
    const close = createApi(
      { ...world.context, redact: (text) => text.replaceAll('hunter2-hunter2', '[redacted]') },
      engineToken,
      { alertsToken },
    )
    const alert = vendorAlert({
      fingerprint: undefined,
      labels: { alertname: 'Leak', url: 'postgres://u:hunter2-hunter2@db' },
      annotations: { summary: 'hunter2-hunter2', description: 'hunter2-hunter2' },
      generatorURL: 'http://x/?p=hunter2-hunter2',
    })
    await world.send('/v1/alerts/alertmanager', JSON.stringify({ alerts: [alert] }), bearer, close)
    expect(JSON.stringify(await world.rows('select * from alert'))).not.toContain('hunter2')
    expect(JSON.stringify(await world.rows('select * from incident'))).not.toContain('hunter2')
    await world.deliver('alertmanager', { alerts: [alert] })
    expect(await world.stored()).toBe(1)
  })

  test('the name is that of its labels where the sender gives none, in any order', async () => {
    const labels = { alertname: 'A', b: '1', c: '2' }
    await world.deliver('alertmanager', { alerts: [vendorAlert({ fingerprint: undefined, labels })] })
    const turned = { c: '2', alertname: 'A', b: '1' }
    await world.deliver('alertmanager', { alerts: [vendorAlert({ fingerprint: '', labels: turned })] })
    expect(await world.stored()).toBe(1)
  })

  test('a start in the future and years nobody means are no trouble', async () => {
    for (const startsAt of ['2099-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', null]) {
      const alert = vendorAlert({ startsAt, fingerprint: `at ${startsAt}` })
      expect(await world.deliver('alertmanager', { alerts: [alert] })).toMatchObject({ status: 200 })
      const end = { ...alert, status: 'resolved', endsAt: '2026-07-06T06:00:00Z' }
      expect(await world.deliver('alertmanager', { alerts: [end] })).toMatchObject({ status: 200 })
    }
    expect(await world.rows(`select status from alert group by status`)).toEqual([{ status: 'resolved' }])
  })

  test('alerts the sender left out make an incident that says so', async () => {
    const answer = await world.deliver('alertmanager', { ...good.alertmanager, truncatedAlerts: 37 })
    expect(answer.body).toMatchObject({ accepted: 1, truncated: 37 })
    expect(await world.rows(`select description from alert where source = 'plantao'`)).toEqual([
      { description: '37 omitidos por quem enviou: aumente max_alerts.' },
    ])
  })
})
