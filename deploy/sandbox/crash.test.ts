// Real processes, killed without warning at every step of every procedure. What is counted is counted in the stand-ins.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyAudit } from '../../db/audit.ts'
import { createPool, type Pool } from '../../db/pool.ts'
import { createEngineClient, type EngineClient, type Job } from '../../engine/client.ts'
import { listKeptDatabases } from '../../engine/systems/database-swap.ts'
import { freePort } from './free-port.ts'
import { keepEngines, type Engines } from './engines.ts'
import { needs } from './needs.ts'
import { worldForTests } from './testing.ts'
import type { World } from './world.ts'

const minutes = 60_000
let close: () => Promise<void>
let world: World
let engines: Engines
let engine: EngineClient
let pool: Pool
let keys = 0

beforeAll(async () => {
  const started = await worldForTests()
  const { compiled } = started
  world = started.world
  close = started.close
  const ports = [await freePort(), await freePort()]
  engines = keepEngines({
    compiled,
    ports,
    env: { ...world.env, JOB_LEASE_SECONDS: '1', RECONCILE_SECONDS: '0.2' },
  })
  await engines.ready()
  engine = createEngineClient({ url: `http://127.0.0.1:${ports[0]}`, token: world.env['ENGINE_TOKEN'] ?? '' })
  pool = createPool(world.env['DATABASE_URL'] ?? '', { max: 4 })
}, 3 * minutes)
afterAll(async () => {
  await pool.end()
  await engines.stop()
  await close()
})

async function ask(kind: string, params: Record<string, unknown>): Promise<Job> {
  const idempotencyKey = `crash-${keys++}`
  const request = { kind, params, requestedBy: 'U0OPERATOR', idempotencyKey }
  const { job } = await persistently(async () => await engine.createJob(request))
  if (job.state === 'waiting-approval') {
    await persistently(async () => await engine.approve(job.id, { by: 'U0APPROVER' })).catch(ignoreWrongState)
  }
  return job
}

/** The engine that is asked may be dead just now: an idempotency key makes asking again harmless. */
async function persistently<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'EngineUnavailable') throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
const ignoreWrongState = (error: Error): void => {
  if (!('code' in error) || error.code !== 'wrong-state') throw error
}

interface Progress {
  state: string
  owner: string | null
  steps: { name: string; state: string }[]
}

async function look(jobId: number): Promise<Progress> {
  const { rows } = await pool.query(
    `select state, lease_owner as owner, (select coalesce(json_agg(json_build_object('name', name, 'state', state)), '[]')
       from job_step where job_id = job.id and state <> 'pending') as steps from job where id = $1`,
    [jobId],
  )
  return rows[0]
}

const ended = ['succeeded', 'failed', 'cancelled']
let kills = 0

/** Follows a job to its end; whoever runs it is killed when each step begins, and once more when it has ended. */
async function runUnderFire(kind: string, params: Record<string, unknown>): Promise<Job> {
  const { id } = await ask(kind, params)
  const struck = new Set<string>()
  for (;;) {
    const { state, owner, steps } = await look(id)
    if (ended.includes(state)) return await persistently(async () => await engine.job(id))
    const edge = steps.map((step) => `${step.name} ${step.state}`).find((one) => !struck.has(one))
    if (edge !== undefined && owner !== null && engines.kill(owner)) {
      struck.add(edge)
      kills += 1
    }
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

describe(
  'whenever an engine is killed, every job ends right and nothing happens twice:',
  { timeout: 5 * minutes },
  () => {
    test('deploy, rollback, and a deploy that undoes itself', async () => {
      const changes = () =>
        ['frontend', 'backend', 'worker'].map((name) => world.cluster.templateChanges('staging', name))
      expect(await runUnderFire('deploy', { environment: 'staging', version: 'v1.4.0' })).toMatchObject({
        error: null,
        result: { version: 'v1.4.0', previousVersion: 'v1.3.1' },
      })
      expect(changes()).toEqual([1, 1, 1])
      expect(await runUnderFire('rollback', { environment: 'staging' })).toMatchObject({
        error: null,
        result: { version: 'v1.3.1' },
      })
      expect(changes()).toEqual([2, 2, 2])
      world.cluster.markVersion('v1.4.1', 'unhealthy')
      expect(await runUnderFire('deploy', { environment: 'staging', version: 'v1.4.1' })).toMatchObject({
        state: 'failed',
        error: { code: 'health-check-failed' },
      })
      expect(changes()).toEqual([4, 4, 4])
      const { releases } = await persistently(async () => await engine.releases('staging'))
      expect(releases.map(({ version, status }) => `${version} ${status}`)).toEqual([
        'v1.3.1 deployed',
        'v1.4.1 failed',
        'v1.3.1 superseded',
        'v1.4.0 rolled-back',
        'v1.3.1 superseded',
      ])
    })

    test.skipIf(needs('pg_dump'))('backup and restore', async () => {
      expect(await runUnderFire('backup', { environment: 'production' })).toMatchObject({
        error: null,
        state: 'succeeded',
      })
      expect(await persistently(async () => await engine.backups('production'))).toHaveLength(1)
      expect([...world.objectStore.puts.values()].every((puts) => puts === 1)).toBe(true)
      const before = await contents()
      await lose()
      expect(await contents()).not.toEqual(before)
      expect(await runUnderFire('restore', { environment: 'production' })).toMatchObject({
        error: null,
        state: 'succeeded',
      })
      expect(await contents()).toEqual(before)
      const adminUrl = world.env['PRODUCTION_DATABASE_URL'] ?? ''
      const kept = await listKeptDatabases(adminUrl, {
        live: 'ml_bling_sync',
        signal: AbortSignal.timeout(10_000),
      })
      expect(kept).toHaveLength(1)
      expect(await databaseNames()).toEqual(['ml_bling_sync', kept[0]?.name])
    })

    test('sync of everything', async () => {
      expect(await runUnderFire('sync', { entity: 'all' })).toMatchObject({ error: null, state: 'succeeded' })
      const written = world.mercadoLivre.effects()
      expect(written.length).toBeGreaterThan(0)
      for (const { writes } of written) {
        const values = writes.map((write) => JSON.stringify(write))
        expect(new Set(values).size).toBe(values.length)
      }
      const orders = world.bling.effects().orders.map(({ numeroLoja }) => numeroLoja)
      expect(orders.length).toBeGreaterThan(0)
      expect(new Set(orders).size).toBe(orders.length)
    })

    test('at least fifty kills, and the audit log is whole', async () => {
      console.log(`${kills} kills`)
      expect(kills).toBeGreaterThanOrEqual(50)
      expect(await verifyAudit(pool)).toMatchObject({ firstBrokenId: null })
    })
  },
)

const onProduction = async <T>(work: (production: Pool) => Promise<T>): Promise<T> => {
  const production = createPool(world.env['PRODUCTION_DATABASE_URL'] ?? '', { max: 1 })
  return await work(production).finally(async () => await production.end())
}
const contents = async (): Promise<unknown> =>
  await onProduction(async (production) => {
    const { rows } = await production.query(
      'select count(*) as n, sum(hashtext(p::text)) as hash from products p',
    )
    return rows
  })
const lose = async (): Promise<unknown> =>
  await onProduction(
    async (production) => await production.query(`update products set name = 'lost' where id % 2 = 0`),
  )
const databaseNames = async (): Promise<string[]> => {
  const { rows } = await pool.query(
    `select datname from pg_database where datname like 'ml_bling_sync%' and datname !~ 'staging|development' order by 1`,
  )
  return rows.map(({ datname }) => datname)
}
