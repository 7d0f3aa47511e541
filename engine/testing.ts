import { EventEmitter } from 'node:events'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { z } from 'zod'
import type { OverrideRest } from '../alerts/on-call/override-copies.ts'
import type { ReadOnCalls } from '../alerts/on-call/pagerduty-shifts.ts'
import { migrate } from '../db/migrate.ts'
import { createPool } from '../db/pool.ts'
import { testDatabase } from '../deploy/sandbox/postgres/testing.ts'
import { createAlerting } from './alerting.ts'
import type { EngineContext } from './context.ts'
import { createMetrics } from './metrics.ts'
import { onCallOf } from './on-call.ts'
import { EnvironmentName, Version } from './procedures/params.ts'
import { loadRunbook, type Runbook } from './runbook-file.ts'
import { procedure, type Procedure } from './runner/procedure.ts'
import type { ReleaseDriver } from './systems/release.ts'

const defaultRunbook = fileURLToPath(new URL('../deploy/plantao.yaml', import.meta.url))

/** An engine context on a database of its own, with rings recorded instead of answered. For tests. */
export async function testContext(
  options: {
    procedures?: Procedure[]
    runbook?: (runbook: Runbook) => Runbook
    oncalls?: ReadOnCalls
    rest?: OverrideRest
  } = {},
) {
  const database = await testDatabase(migrate)
  const pool = createPool(database.url)
  const rung: number[] = []
  const runbook = await loadRunbook(defaultRunbook)
  const procedures = options.procedures ?? [quickProcedure('deploy'), quickProcedure('rollback', false)]
  const used = options.runbook?.(runbook) ?? runbook
  const logger = pino({ level: 'silent' })
  const onCall = onCallOf({ pool, runbook: used, logger, oncalls: options.oncalls, rest: options.rest })
  const context: EngineContext = {
    pool,
    runbook: used,
    alerting: createAlerting({ runbook: used, onCall, pagerduty: { routingKey: null, routingKeys: {} } }),
    procedures: new Map(procedures.map((one) => [one.kind, one])),
    bell: { ring: async (jobs) => void rung.push(...jobs.map(({ id }) => id)) },
    notifications: new EventEmitter(),
    releases: () =>
      ({
        current: async () => null,
        history: async () => [],
        versions: async () => null,
      }) as unknown as ReleaseDriver,
    backups: async () => [],
    redact: (text) => text,
    metrics: createMetrics(),
    onCall,
    logger,
  }
  return {
    context,
    rung,
    databaseUrl: database.url,
    close: async () => {
      await pool.end()
      await database.drop()
    },
  }
}

/** A procedure with the params of a deploy and one step that does nothing. */
export const quickProcedure = (kind: string, freezable = true): Procedure =>
  procedure({
    kind,
    params: z.strictObject({ environment: EnvironmentName, version: Version.optional() }),
    lock: ({ environment }) => `release/${environment}`,
    environment: ({ environment }) => environment,
    freezable,
    steps: () => ['only'],
    plan: async ({ version }) => ({
      change: { from: 'v1.0.0', to: version ?? 'v0.9.0', details: [] },
      plan: null,
    }),
    run: async (job) => await job.step('only', async () => 'done'),
  }) as unknown as Procedure
