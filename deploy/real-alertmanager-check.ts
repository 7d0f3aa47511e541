// `npx tsx deploy/real-alertmanager-check.ts`: one alert's life through a real Prometheus and a real Alertmanager.
// Debian: apt-get install prometheus prometheus-alertmanager
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { liveOneAlert } from './sandbox/alert-life.ts'
import { needs } from './sandbox/needs.ts'
import { startPostgres } from './sandbox/postgres/embedded.ts'

if (['prometheus', 'prometheus-alertmanager'].map(needs).includes(true)) process.exit(2)
const dir = await mkdtemp(join(tmpdir(), 'plantao-alert-life-'))
const postgres = await startPostgres({ dataDir: join(dir, 'postgres'), port: 0 })
const startedAt = performance.now()
try {
  await liveOneAlert({
    dir,
    databaseUrl: await postgres.createDatabase('plantao'),
    say: (step) =>
      console.log(`${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(6)} s  ${step}`),
  })
  console.log('ok')
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await postgres.stop()
  await rm(dir, { recursive: true })
}
process.exit()
