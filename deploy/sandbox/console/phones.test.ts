import { expect, onTestFinished, test } from 'vitest'
import { pagedPeople, pagerDutyServices } from '../on-call-people.ts'
import { startPagerDuty } from '../pagerduty/pagerduty.ts'
import { slackForTest } from '../slack/testing.ts'
import { startConsole } from './console.ts'
import type { Phone } from './phones.ts'

const keys = ['1', '2', '3', '4'].map((digit) => digit.repeat(32))

async function consoleWithPhones() {
  const slack = await slackForTest()
  const pagerDuty = await startPagerDuty({
    port: 0,
    services: pagerDutyServices(keys),
    users: [...pagedPeople],
    apiToken: 'token',
  })
  onTestFinished(pagerDuty.close)
  const { url, close } = await startConsole({ port: 0, slackUrl: slack.url, pagerDuty })
  onTestFinished(close)
  const phones = async (): Promise<Phone[]> => (await (await fetch(`${url}/phones`)).json()) as Phone[]
  const page = async (level: number, summary: string): Promise<void> => {
    await fetch(`${pagerDuty.url}/v2/enqueue`, {
      method: 'POST',
      body: JSON.stringify({
        routing_key: keys[level - 1],
        event_action: 'trigger',
        dedup_key: `key/${summary}`,
        payload: { summary, source: 'production', severity: 'critical' },
      }),
    })
    await expect.poll(async () => JSON.stringify(await phones())).toContain(summary)
  }
  const press = async (path: string): Promise<number> =>
    (await fetch(`${url}/phones/${path}`, { method: 'POST', body: '{}' })).status
  return { url, phones, page, press }
}

test('the phones of the matrix are there in its order, and ring where their level is called', async () => {
  const { phones, page } = await consoleWithPhones()
  expect((await phones()).map(({ id, levels }) => [id, ...levels])).toEqual([
    ['PMARIA', 'Engineer on-call'],
    ['PJOAO', 'Tech Lead'],
    ['PCTO', 'CTO'],
    ['PCEO', 'CEO'],
  ])
  await page(2, 'Database down')
  const called = (await phones()).filter(({ calls }) => calls.length > 0)
  expect(called).toMatchObject([
    { id: 'PJOAO', calls: [{ title: 'Database down', level: 'Tech Lead', state: 'ringing' }] },
  ])
})

test('a call is acknowledged and resolved by the person whose phone it is, each once', async () => {
  const { phones, page, press } = await consoleWithPhones()
  await page(2, 'Database down')
  const call = (await phones()).find(({ id }) => id === 'PJOAO')?.calls[0]?.id ?? ''
  expect(await press(`PJOAO/${call}/acknowledge`)).toBe(200)
  const state = async () => (await phones()).find(({ id }) => id === 'PJOAO')?.calls[0]
  expect(await state()).toMatchObject({ state: 'acknowledged', acknowledgedBy: ['João Silva'] })
  expect(await press(`PJOAO/${call}/resolve`)).toBe(200)
  expect(await state()).toMatchObject({ state: 'resolved' })
  expect(await press(`PJOAO/${call}/resolve`)).toBe(409)
  expect(await press(`PJOAO/${call}/throw-away`)).toBe(404)
})

test('a page’s one stream of changes says when a phone rings', async () => {
  const { url, page } = await consoleWithPhones()
  const events = await fetch(`${url}/slack/events?user=U0OPERATOR`)
  const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = (await reader?.read())?.value ?? ''
  expect(text).toContain('event: changed')
  await page(1, 'Database down')
  while (!text.includes('event: phones')) text += (await reader?.read())?.value ?? ''
  expect(text).toContain('event: phones\ndata: {}\n\n')
})

test('without PagerDuty nobody has a phone', async () => {
  const slack = await slackForTest()
  const { url, close } = await startConsole({ port: 0, slackUrl: slack.url })
  onTestFinished(close)
  expect(await (await fetch(`${url}/phones`)).json()).toEqual([])
})
