// Two bots as processes, killed without warning at any moment: in the end every job has one message, and it is true.
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { textsFor } from '../../bot/texts/index.ts'
import { jobCard } from '../../bot/views/job-card.ts'
import { createPool, type Pool } from '../../db/pool.ts'
import { createEngineClient, type EngineClient } from '../../engine/client.ts'
import { type Child, keepRunning } from './child.ts'
import { keepEngines, type Engines } from './engines.ts'
import { freePort } from './free-port.ts'
import { waitUntilReady } from './ready.ts'
import { sign } from './slack/deliveries.ts'
import { worldForTests } from './testing.ts'
import type { World } from './world.ts'

const operations = 'C0OPSALERTS'
const minute = 60_000
const ended = ['succeeded', 'failed', 'cancelled']
/** Without an app token requests come over HTTP. */
const overHttp = { SLACK_APP_TOKEN: '' }
const versions = ['v1.4.0', 'v1.3.1', 'v1.4.1', 'v1.5.0', 'v0.0.1']

interface Bots {
  children: Child[]
  urls: string[]
}

let close: () => Promise<void>
let compiled: string
let world: World
let engines: Engines
let engine: EngineClient
let engineUrl: string
let pool: Pool
let running: Bots | undefined

beforeAll(async () => {
  const started = await worldForTests({ SLACK_APP_TOKEN: 'xapp-crash' })
  const port = await freePort()
  compiled = started.compiled
  world = started.world
  close = started.close
  // Bots that are started again and again forget what they spent of Slack's budgets.
  world.slack.levers({ budgetScale: 100 })
  engines = keepEngines({ compiled, ports: [port], env: world.env })
  await engines.ready()
  engineUrl = `http://127.0.0.1:${port}`
  engine = createEngineClient({ url: engineUrl, token: world.env['ENGINE_TOKEN'] ?? '' })
  pool = createPool(world.env['DATABASE_URL'] ?? '', { max: 4 })
}, 3 * minute)
afterEach(async () => {
  await Promise.all(running?.children.map(async (child) => await child.stop()) ?? [])
  running = undefined
})
afterAll(async () => {
  await pool.end()
  await engines.stop()
  await close()
})

async function startBots(extra: Record<string, string>): Promise<Bots> {
  const ports = [await freePort(), await freePort()]
  const children = ports.map((port) =>
    keepRunning({
      name: `bot ${port}`,
      program: join(compiled, 'bot/main.js'),
      env: { ...world.env, ENGINE_URL: engineUrl, BOT_PORT: String(port), LOG_LEVEL: 'warn', ...extra },
      restartDelayMs: 50,
      log: () => undefined,
    }),
  )
  const urls = ports.map((port) => `http://127.0.0.1:${port}`)
  running = { children, urls }
  await waitUntilReady(urls.map((url) => `${url}/readyz`))
  return running
}

/** The process that writes to Slack now, by the lease it holds. */
async function writer(): Promise<number> {
  const { rows } = await pool.query(`select holder from lease where name = 'projection' and until > now()`)
  return Number(/\/(\d+)\//.exec(rows[0]?.holder ?? '')?.[1] ?? 0)
}

const struck = new Set<number>()
/** `kill -9`; false when that process is not there any more. */
function strike(pid: number | undefined): boolean {
  if (pid === undefined || pid === 0 || struck.has(pid)) return false
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
  struck.add(pid)
  return true
}

/** Kills the writer in the very moment in which Slack has done what it asked for, before it can know. */
async function strikeAfterCall(): Promise<boolean> {
  const pid = await writer()
  const written = (): number =>
    world.slack.countOf('chat.postMessage', 'ok') + world.slack.countOf('chat.update', 'ok')
  const before = written()
  const found = await world.slack
    .until(() => written() > before && { killed: strike(pid) }, 2)
    .catch(() => ({ killed: strike(pid) }))
  return found.killed
}

interface Traffic {
  acknowledged: number
  /** Slack told the person that the command failed: nobody answered. */
  unanswered: number
  stop(): Promise<void>
}

/** People who type commands all the time, each at one of the two bots, as a balancer or Slack itself has it. */
function commandsAllTheTime(bots: Bots, everyMs: number): Traffic {
  const stopping = new AbortController()
  const traffic: Traffic = { acknowledged: 0, unanswered: 0, stop: async () => {} }
  const typing = (async () => {
    for (let count = 0; !stopping.signal.aborted; count++) {
      world.slack.setRequestUrl(`${bots.urls[count % 2]}/slack/events`)
      const environment = ['staging', 'development', 'production'][count % 3]
      const answer = await world.slack.command({
        user: 'U0OPERATOR',
        channel: operations,
        command: '/deploy',
        text: `${environment} ${versions[count % versions.length]}`,
      })
      if (answer.error === undefined) traffic.acknowledged += 1
      else traffic.unanswered += 1
      await wait(everyMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })()
  traffic.stop = async () => {
    stopping.abort()
    await typing
  }
  return traffic
}

const jobIds = async (): Promise<number[]> =>
  (await pool.query('select id from job order by id')).rows.map(({ id }) => Number(id))

/** Everything ends: what waits for approval is decided by somebody, also what a bot asks for late. */
async function letAllEnd(): Promise<void> {
  await expect
    .poll(
      async () => {
        for (const { id } of await engine.jobs({ state: ['waiting-approval'], limit: 100 })) await reject(id)
        return (await engine.jobs({ limit: 100 })).filter(({ state }) => !ended.includes(state))
      },
      { timeout: minute, interval: 200 },
    )
    .toEqual([])
}

async function reject(id: number): Promise<void> {
  await engine.reject(id, { by: 'U0APPROVER', reason: 'not on a Friday' }).catch((error: Error) => {
    // It may have failed before anybody could decide.
    if (!('code' in error) || error.code !== 'wrong-state') throw error
  })
}

/** Each job has exactly one message, and it says what the card of that job says now. */
async function expectTruth(): Promise<void> {
  await expect.poll(stale, { timeout: minute, interval: 200 }).toEqual([])
  const settings = await engine.settings()
  const posted = writtenByBot()
  const places = posted.map(({ channel, subject }) => `${channel} ${subject}`)
  expect(places.filter((place, index) => places.indexOf(place) !== index)).toEqual([])
  const cards = posted.filter(({ subject }) => subject.startsWith('job/'))
  expect(cards.map(({ subject }) => subject).toSorted()).toEqual(
    (await jobIds()).map((id) => `job/${id}`).toSorted(),
  )
  for (const { text, subject } of cards) {
    const id = Number(subject.split('/')[1])
    const card = jobCard(await engine.job(id), { texts: textsFor('pt-BR'), settings, now: new Date() })
    expect(text).toBe(card.text)
  }
  expect(world.slack.broadcasts()).toEqual([])
}

/** Every message that shows something, also those that only one person sees. */
function writtenByBot(): { channel: string; text: string; subject: string }[] {
  const seen = ['U0OPERATOR', 'U0APPROVER', 'U0ADMIN'].flatMap((user) =>
    Object.values(world.slack.state(user).messages).flat(),
  )
  const each = new Map(seen.map((message) => [`${message.channel} ${message.ts}`, message]))
  return [...each.values()].flatMap(({ channel, text, metadata }) =>
    metadata === undefined ? [] : [{ channel, text, subject: String(metadata.event_payload['subject']) }],
  )
}

async function stale(): Promise<string[]> {
  const { rows } = await pool.query(
    `select name from subject left join slack_message message on message.subject = name
     where name like 'job/%' and revision > coalesce(shown_revision, 0)`,
  )
  return rows.map(({ name }) => name)
}

describe('whenever a bot is killed, every job has one message in the end, and it is true:', () => {
  test.each(['HTTP', 'Socket Mode'])(
    'over %s',
    async (intake) => {
      const bots = await startBots({ BOT_LEASE_SECONDS: '1', ...(intake === 'HTTP' && overHttp) })
      const before = { kills: struck.size, jobs: (await jobIds()).length }
      const traffic = commandsAllTheTime(bots, 1_200)
      for (let round = 0; struck.size < before.kills + 26; round++) {
        if (round % 2 === 0) await strikeAfterCall()
        else {
          await wait(Math.random() * 600)
          strike(bots.children[Math.floor(Math.random() * 2)]?.pid())
        }
      }
      await traffic.stop()
      const recorded = (await jobIds()).length - before.jobs
      expect(recorded).toBeGreaterThanOrEqual(traffic.acknowledged)
      expect(recorded).toBeLessThanOrEqual(traffic.acknowledged + traffic.unanswered)
      await letAllEnd()
      await expectTruth()
    },
    4 * minute,
  )

  test('at least fifty times', () => {
    console.log(`${struck.size} kills`)
    expect(struck.size).toBeGreaterThanOrEqual(50)
  })
})

test(
  'a bot that is told to stop hands over at once: no command is lost, nothing is posted twice',
  async () => {
    // Were the lease not given back, nobody would write for the rest of this test.
    const bots = await startBots({ BOT_LEASE_SECONDS: '300' })
    await expect.poll(writer, { timeout: minute }).toBeGreaterThan(0)
    const before = (await jobIds()).length
    const traffic = commandsAllTheTime(bots, 30)
    await expect.poll(() => traffic.acknowledged, { timeout: minute }).toBeGreaterThan(5)
    const pid = await writer()
    await bots.children.find((child) => child.pid() === pid)?.stop()
    const acknowledged = traffic.acknowledged
    await expect.poll(() => traffic.acknowledged, { timeout: minute }).toBeGreaterThan(acknowledged + 5)
    await traffic.stop()
    expect(traffic.unanswered).toBe(0)
    expect((await jobIds()).length - before).toBe(traffic.acknowledged)
    await letAllEnd()
    await expectTruth()
    expect(await writer()).not.toBe(pid)
  },
  3 * minute,
)

test(
  'a command that Slack delivers again, to the other bot and much later, is done once',
  async () => {
    const bots = await startBots(overHttp)
    const trigger = `${Date.now()}.2.again`
    const recorded = async (): Promise<number> =>
      (await pool.query('select from job where idempotency_key like $1', [`%${trigger}%`])).rowCount ?? 0
    const deliver = async (url: string | undefined, retries: number): Promise<number> => {
      const body = new URLSearchParams({
        command: '/deploy',
        text: 'staging v1.4.0',
        user_id: 'U0OPERATOR',
        channel_id: operations,
        trigger_id: trigger,
        response_url: `${world.slack.url}/response/again`,
      }).toString()
      const timestamp = Math.floor(Date.now() / 1000)
      const { status } = await fetch(`${url}/slack/events`, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'x-slack-request-timestamp': String(timestamp),
          'x-slack-signature': sign(world.env['SLACK_SIGNING_SECRET'] ?? '', timestamp, body),
          ...(retries > 0 && {
            'x-slack-retry-num': String(retries),
            'x-slack-retry-reason': 'http_timeout',
          }),
        },
      })
      return status
    }
    expect(await deliver(bots.urls[0], 0)).toBe(200)
    expect(await deliver(bots.urls[1], 1)).toBe(200)
    // A loaded machine may be late with the answer; the bot goes on trying under the same key.
    await expect.poll(recorded, { timeout: minute }).toBe(1)
    await letAllEnd()
    await pool.query(
      `update job set created_at = created_at - interval '1 day', finished_at = finished_at - interval '1 day'`,
    )
    expect(await deliver(bots.urls[0], 2)).toBe(200)
    expect(await deliver(bots.urls[1], 3)).toBe(200)
    expect(await recorded()).toBe(1)
  },
  2 * minute,
)
