import { afterEach, expect, test } from 'vitest'
import { pagesOf, writeTriggers } from '../../db/pages.ts'
import { acknowledge } from '../incidents.ts'
import { createRest } from '../pagerduty/rest.ts'
import { canConfirm } from '../pagerduty/settings.ts'
import { settleUnconfirmed } from './confirm.ts'
import { pagerDutyWarnings } from './pager.ts'
import { createSender } from './sender.ts'
import { apiToken, fallbackKey, pagerForTest, trigger, type PagerForTest } from './testing.ts'

let world: PagerForTest
afterEach(async () => await world.close())

async function send(): Promise<void> {
  const sender = createSender(world.context, {
    inPerson: async () => false,
    hostCircuit: { failures: 100, firstMs: 1, mostMs: 1 },
  })
  await sender.turn()
  await sender.settled()
}

const rest = () => createRest({ url: world.standIn.url, token: apiToken })

const escalation = async (id: number) =>
  (
    await world.pool.query(
      'select due_at <= now() as "isDue", level from escalation where incident_id = $1',
      [id],
    )
  ).rows[0]

test('what PagerDuty took and never rang goes to Slack and to the next level, and says so', async () => {
  world = await pagerForTest()
  world.standIn.setSwallow(true)
  const id = await world.openOne()
  await send()
  await settleUnconfirmed(world.context, rest())
  expect(await world.states(id)).toEqual(['trigger 1 accepted'])
  expect(await world.events(id)).toEqual([])
  await world.later(91)
  await settleUnconfirmed(world.context, rest())
  const [page] = await pagesOf(world.pool, [id])
  expect(page).toMatchObject({ state: 'accepted', confirmedAt: null, fallbackAt: expect.any(Date) })
  expect(await world.events(id)).toMatchObject([
    { kind: 'fallback', details: { level: 1, why: 'not-confirmed' } },
  ])
  expect(await escalation(id)).toMatchObject({ isDue: true })
  const { rows } = await world.pool.query('select name from subject where name = $1', [`page/${page?.id}`])
  expect(rows).toHaveLength(1)
  await world.later(600)
  await settleUnconfirmed(world.context, rest())
  expect(await world.events(id)).toHaveLength(1)
})

test('a page that rang without a webhook is found by a look-up', async () => {
  world = await pagerForTest({ pagerduty: { apiToken } })
  const id = await world.openOne()
  await send()
  await expect.poll(() => world.standIn.phone()).toHaveLength(1)
  await world.later(91)
  await settleUnconfirmed(world.context, rest())
  const [page] = await pagesOf(world.pool, [id])
  expect(page).toMatchObject({ state: 'confirmed', pagerdutyIncident: world.standIn.phone()[0]?.id })
  expect(await world.events(id)).toEqual([])
})

test('without a look-up a page that no webhook confirmed is not taken for delivered', async () => {
  world = await pagerForTest()
  const id = await world.openOne()
  await send()
  await world.later(91)
  await settleUnconfirmed(world.context, null)
  expect(await world.events(id)).toMatchObject([{ kind: 'fallback' }])
})

test('what could not be sent in time goes the other way too, and is sent all the same', async () => {
  world = await pagerForTest()
  world.standIn.setOutage('503')
  const id = await world.openOne()
  await send()
  await world.later(91)
  await settleUnconfirmed(world.context, null)
  expect(await world.events(id)).toMatchObject([{ kind: 'fallback', details: { why: 'not-sent' } }])
  world.standIn.heal()
  await send()
  expect(await world.states(id)).toEqual(['trigger 1 accepted'])
})

test('the second key rings when the first does not', async () => {
  world = await pagerForTest()
  world.context.pagerduty = {
    ...world.context.pagerduty,
    fallback: { eventsUrl: `${world.standIn.url}/v2/enqueue`, routingKey: fallbackKey },
  }
  world.standIn.fail({ trouble: { status: 400 } })
  const id = await world.openOne()
  await send()
  await settleUnconfirmed(world.context, null)
  await send()
  expect(await world.states(id)).toEqual(['trigger 1 refused', 'trigger 1 accepted (fallback)'])
  await expect.poll(() => world.standIn.phone()[0]?.keys).toEqual([`plantao/incident/${id}/1/1/fallback`])
  await world.change(async (tx) => await acknowledge(tx, { incidentId: id, by: 'U0OPERATOR', via: 'slack' }))
  await send()
  expect(world.standIn.calls().at(-1)).toMatchObject({ action: 'acknowledge', routingKey: fallbackKey })
})

test('an outage calls in the next level once, not the whole matrix within minutes', async () => {
  world = await pagerForTest()
  world.standIn.setOutage('503')
  const id = await world.openOne()
  await world.later(91)
  await settleUnconfirmed(world.context, null)
  await world.change(async (tx) => {
    await tx.query(`update escalation set level = 2, due_at = now() + interval '30 minutes'`)
    await writeTriggers(tx, [trigger(id, 2)], 90)
  })
  await world.later(91)
  await settleUnconfirmed(world.context, null)
  expect((await world.events(id)).map(({ details }) => details['level'])).toEqual([1, 2])
  expect(await escalation(id)).toMatchObject({ isDue: false })
})

test('what was acknowledged meanwhile needs no proof', async () => {
  world = await pagerForTest()
  world.standIn.setSwallow(true)
  const id = await world.openOne()
  await send()
  await world.change(async (tx) => await acknowledge(tx, { incidentId: id, by: 'U0OPERATOR', via: 'slack' }))
  await world.later(91)
  expect(await settleUnconfirmed(world.context, rest())).toBe(0)
  expect((await world.events(id)).map(({ kind }) => kind)).not.toContain('fallback')
})

test('where nothing can be proved, no wolf is cried, and it is said at the start', async () => {
  world = await pagerForTest({ pagerduty: { webhookSecrets: [], apiToken: null } })
  expect(canConfirm(world.context.pagerduty)).toBe(false)
  expect(pagerDutyWarnings(world.context)).toEqual([expect.stringContaining('cannot be proved')])
  const id = await world.openOne()
  await send()
  await world.later(3_600)
  expect(await settleUnconfirmed(world.context, null)).toBe(0)
  expect(await world.states(id)).toEqual(['trigger 1 accepted'])
})

test('a level without a key is named at the start', async () => {
  world = await pagerForTest({ pagerduty: { routingKeys: { 1: 'a'.repeat(32) } } })
  expect(pagerDutyWarnings(world.context)).toEqual([expect.stringContaining('level 2, 3, 4')])
})
