// Two engines, killed without warning while incidents climb the matrix. What is counted is counted in the stand-in for PagerDuty.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { alertingChannel } from '../../db/incident-timers.ts'
import { listen } from '../../db/listen.ts'
import { createPool, type Pool } from '../../db/pool.ts'
import { createEngineClient, type EngineClient } from '../../engine/client.ts'
import { keepEngines, type Engines } from './engines.ts'
import { freePort } from './free-port.ts'
import { worldForTests } from './testing.ts'
import type { World } from './world.ts'

const minutes = 60_000
const kills = 50
/** How long a level has here. */
const answerSeconds = 1
/** How long PagerDuty takes to answer: long enough to be killed in. */
const sendingMs = 250
const rounds = [1, 2]
const levels = [1, 2, 3, 4]

let close: (() => Promise<void>) | undefined
let world: World
let engines: Engines
let engine: EngineClient
let pool: Pool

beforeAll(async () => {
  const { folder, compiled, ...started } = await worldForTests()
  world = started.world
  close = started.close
  const runbook = join(folder, 'plantao.yaml')
  await writeHastyRunbook(world.env['PLANTAO_CONFIG'] ?? '', runbook)
  const ports = [await freePort(), await freePort()]
  engines = keepEngines({ compiled, ports, env: { ...world.env, PLANTAO_CONFIG: runbook } })
  await engines.ready()
  world.pagerDuty.subscribe(
    `http://127.0.0.1:${ports[0]}/v1/webhooks/pagerduty`,
    world.env['PAGERDUTY_WEBHOOK_SECRET'] ?? '',
  )
  world.pagerDuty.setDelay(sendingMs)
  engine = createEngineClient({ url: `http://127.0.0.1:${ports[0]}`, token: world.env['ENGINE_TOKEN'] ?? '' })
  pool = createPool(world.env['DATABASE_URL'] ?? '', { max: 4 })
}, 3 * minutes)
afterAll(async () => {
  await pool?.end()
  await engines?.stop()
  await close?.()
})

/** The sandbox's runbook file, with a matrix that is climbed in seconds. */
async function writeHastyRunbook(from: string, to: string): Promise<void> {
  const runbook = parse(await readFile(from, 'utf8')) as {
    alerting: { escalation: { respondMinutes: number }[]; rounds?: number }
  }
  for (const level of runbook.alerting.escalation) level.respondMinutes = answerSeconds / 60
  runbook.alerting.rounds = rounds.length
  await writeFile(to, stringify(runbook))
}

test(
  'no page is lost, no level is called twice and none is passed over, however often the engines are killed',
  { timeout: 8 * minutes },
  async () => {
    const incidents: number[] = []
    const struck = { written: 0, underWay: 0 }
    let killed = 0
    for (let round = 0; killed < kills; round++) {
      if (round % 2 === 0) incidents.push(await declareIncident(incidents.length))
      await edges[round % edges.length]?.()
      killed += engines.killAll()
      const left = await leftBehind()
      struck.written += left.written
      struck.underWay += left.underWay
      await giveUpTheDead()
      await engines.ready()
    }
    await allIsSaid(incidents)
    const expected = incidents.flatMap((id) =>
      rounds.flatMap((one) => levels.map((level) => `${id}/${one}/${level}`)),
    )
    expect(await plannedPages()).toEqual(expected)
    const keys = world.pagerDuty.phone().flatMap((incident) => incident.keys)
    expect(keys.toSorted()).toEqual(expected.map((key) => `plantao/incident/${key}`).toSorted())
    expect(world.pagerDuty.rings()).toHaveLength(expected.length)
    const { rows } = await pool.query(
      `select count(*)::int as count from incident_event where kind = 'exhausted'`,
    )
    expect(rows[0].count).toBe(incidents.length)
    const sent = world.pagerDuty.calls().filter(({ action }) => action === 'trigger').length
    console.log(
      `${killed} kills: ${JSON.stringify(struck)}; ${expected.length} levels called by ${sent} calls`,
    )
    expect(Math.min(struck.written, struck.underWay)).toBeGreaterThan(0)
  },
)

/** Where the engines are killed: a step is just due, its call is just written, claimed, out but not marked. */
const edges: (() => Promise<void>)[] = [
  async () => await until(`select from escalation where due_at < now() + interval '10 ms'`),
  async () => await heard('pages'),
  async () => await until(`select from page where state = 'sending'`),
  async () => {
    await until(`select from page where state = 'sending'`)
    await delay(Math.random() * sendingMs)
  },
]
const edgeMs = 3_000

/** Waits until there is such a row; not for ever, because what it waits for may be waiting for a dead engine. */
async function until(query: string): Promise<void> {
  const deadline = Date.now() + edgeMs
  while (Date.now() < deadline) {
    if ((await pool.query(query)).rowCount) return
    await delay(2)
  }
}

/** Until an engine says that it has written this; likewise. */
async function heard(what: string): Promise<void> {
  const { events, close } = await listen(world.env['DATABASE_URL'] ?? '', [alertingChannel])
  await new Promise<void>((resolve) => {
    setTimeout(resolve, edgeMs)
    events.on('notification', (_, payload) => {
      if (payload === what) resolve()
    })
  })
  await close()
}

/** What the dead engines did not come to: calls that were written and not sent, and calls that were out. */
async function leftBehind(): Promise<{ written: number; underWay: number }> {
  const { rows } = await pool.query(
    `select count(*) filter (where state = 'pending')::int as written,
       count(*) filter (where state = 'sending')::int as "underWay" from page`,
  )
  return rows[0]
}

/** What a dead engine was sending is taken on by another after half a minute; here at once. */
async function giveUpTheDead(): Promise<void> {
  await pool.query(`update page set due_at = now() where state = 'sending'`)
}

async function declareIncident(index: number): Promise<number> {
  const idempotencyKey = `crash-${index}`
  for (;;) {
    try {
      const asked = { title: `incident ${index}`, level: 1, by: 'U0OPERATOR', idempotencyKey }
      return (await engine.declareIncident(asked)).id
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'EngineUnavailable') throw error
      await delay(50)
    }
  }
}

/** Until everybody was called and PagerDuty has all of it. */
async function allIsSaid(incidents: readonly number[]): Promise<void> {
  for (;;) {
    await pool.query(
      `update page set due_at = now() where state = 'sending' and due_at > now() + interval '5 s'`,
    )
    const { rows } = await pool.query(
      `select (select count(*) from escalation where not is_exhausted)::int
         + (select count(*) from page where action = 'trigger' and state in ('pending', 'sending'))::int as open`,
    )
    if (rows[0].open === 0 && incidents.length > 0) return
    await delay(1_000)
  }
}

/** In the order they were planned, incident by incident. */
async function plannedPages(): Promise<string[]> {
  const { rows } = await pool.query(
    `select incident_id || '/' || round || '/' || level as page from page
     where action = 'trigger' and state in ('accepted', 'confirmed') order by incident_id, planned_at, id`,
  )
  return rows.map(({ page }) => page)
}
