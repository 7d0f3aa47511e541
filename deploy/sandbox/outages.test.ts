// The whole of Plantão as processes, through Slack's stand-in, while what it stands on fails.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPool, type Pool } from '../../db/pool.ts'
import { keepBot, keepEngines, type Engines } from './engines.ts'
import { freePort } from './free-port.ts'
import { needs } from './needs.ts'
import { worldForTests } from './testing.ts'
import type { World } from './world.ts'

const operations = 'C0OPSALERTS'
const minute = 60_000
const withoutRedis = needs('redis-server')
let close: () => Promise<void>
let world: World
let engines: Engines
let stopBot: () => Promise<void>
let pool: Pool
let redis: { url: string; stop(): void } | null

beforeAll(async () => {
  const started = await worldForTests()
  const { compiled } = started
  world = started.world
  close = started.close
  redis = withoutRedis ? null : await startRedis()
  const ports = [await freePort(), await freePort()]
  const botPort = await freePort()
  const env = {
    ...world.env,
    JOB_LEASE_SECONDS: '1',
    RECONCILE_SECONDS: '0.2',
    ...(redis ? { REDIS_URL: redis.url } : {}),
  }
  engines = keepEngines({ compiled, ports, env })
  const bot = keepBot({
    compiled,
    port: botPort,
    env: { ...env, ENGINE_URL: `http://127.0.0.1:${ports[0]}` },
  })
  stopBot = bot.stop
  world.slack.setRequestUrl(`http://127.0.0.1:${botPort}/slack/events`)
  await Promise.all([engines.ready(), bot.ready()])
  pool = createPool(world.env['DATABASE_URL'] ?? '', { max: 2 })
}, 3 * minute)
afterAll(async () => {
  await pool.end()
  await stopBot()
  await engines.stop()
  redis?.stop()
  await close()
})

const versions = ['v1.4.0', 'v1.3.1', 'v1.4.1', 'v1.3.0', 'v1.5.0', 'v1.2.3']
/** Asks for a deploy in Slack and resolves when a step of it has begun. */
async function deployInSlack(
  user = 'U0OPERATOR',
  environment = 'staging',
): Promise<{ id: number; version: string }> {
  const version = versions.shift() ?? 'v1.4.0'
  const before = await jobCount()
  const { timedOut, status } = await world.slack.command({
    user,
    channel: operations,
    command: '/deploy',
    text: `${environment} ${version}`,
  })
  expect({ timedOut, status }).toEqual({ timedOut: false, status: 200 })
  const id = await newestJob()
  expect(await jobCount()).toBe(before + 1)
  return { id, version }
}
const jobCount = async (): Promise<number> =>
  (await pool.query('select count(*)::int as count from job')).rows[0].count
const newestJob = async (): Promise<number> =>
  (await pool.query('select coalesce(max(id), 0)::int as id from job')).rows[0].id
const step = async (id: number, name: string): Promise<string> =>
  (await pool.query('select state from job_step where job_id = $1 and name = $2', [id, name])).rows[0]?.state
const state = async (id: number): Promise<string> =>
  (await pool.query('select state from job where id = $1', [id]).catch(() => ({ rows: [] }))).rows[0]?.state
const changes = () => world.cluster.templateChanges('staging', 'backend')
const cards = (id: number) =>
  world.slack.messages(operations).filter(({ blocks }) => JSON.stringify(blocks).includes(`#${id}`))
const patience = { timeout: 40_000, interval: 50 }

/** One message of the job in Slack, and it says the end. */
async function expectTruth(id: number, version: string): Promise<void> {
  await expect.poll(async () => await state(id), patience).toBe('succeeded')
  await world.slack.until(() => JSON.stringify(cards(id)).includes(`*staging* está em *${version}*`), 40)
  expect(cards(id)).toHaveLength(1)
}

describe(
  'a deploy asked for in Slack ends right, once, and its one message says so',
  { timeout: 2 * minute },
  () => {
    test('when its command is delivered five times', async () => {
      world.slack.levers({ deliveries: 5 })
      const { id, version } = await deployInSlack()
      world.slack.levers({ deliveries: 1 })
      await expectTruth(id, version)
      expect(await jobCount()).toBe(1)
    })

    test.skipIf(withoutRedis)('when Redis loses everything in between', async () => {
      const before = changes()
      const { id, version } = await deployInSlack()
      await expect.poll(async () => await step(id, 'wait-rollout'), patience).toBeDefined()
      const client = new Redis(redis?.url ?? '')
      await client.flushall()
      client.disconnect()
      await expectTruth(id, version)
      expect(changes()).toBe(before + 1)
    })

    test('when Postgres restarts in between', async () => {
      const before = changes()
      const { id, version } = await deployInSlack()
      await expect
        .poll(async () => await step(id, 'set-images').catch(() => undefined), patience)
        .toBeDefined()
      await world.postgres.restart()
      await expectTruth(id, version)
      expect(changes()).toBe(before + 1)
    })

    test.each(['429', 'silent', '500', 'reset'] as const)('when Slack answers %s meanwhile', async (down) => {
      world.slack.levers({ down, retryAfterSeconds: 1 })
      const { id } = await deployInSlack()
      await expect.poll(async () => await state(id), patience).toBe('succeeded')
      world.slack.levers({ down: null })
      const { rows } = await pool.query(`select params ->> 'version' as version from job where id = $1`, [id])
      await expectTruth(id, rows[0].version)
    })
  },
)

test(
  'two people press Approve at the same moment: one decision',
  async () => {
    const { id } = await deployInSlack('U0OPERATOR', 'production')
    const { ts } = await world.slack.until(() => cards(id)[0])
    const press = async (user: string) =>
      await world.slack.action({ user, channel: operations, ts, actionId: 'job.approve', value: String(id) })
    await Promise.all([press('U0APPROVER'), press('U0APPROVER'), press('U0ADMIN')])
    const { rows } = await pool.query('select person from approval_vote where job_id = $1', [id])
    expect(rows).toHaveLength(1)
    const decisions = await pool.query(
      `select actor from audit where subject = $1 and action = 'job.approve'`,
      [`job/${id}`],
    )
    expect(decisions.rows).toEqual([{ actor: rows[0].person }])
  },
  minute,
)

async function startRedis(): Promise<{ url: string; stop(): void }> {
  const port = await freePort()
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', ''])
  await once(server.stdout, 'data')
  return { url: `redis://127.0.0.1:${port}`, stop: () => void server.kill() }
}
