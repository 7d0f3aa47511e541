// Loads a dump into the side database, as fast as the server allows without unsafe settings.
import { setInterval } from 'node:timers/promises'
import type { Client } from 'pg'
import { totalRows } from './backup-manifest.ts'
import { onDatabase, urlOf, withProgramEnvironment } from './database-connection.ts'
import { markLoaded, sideState, type SideDatabase } from './database-restore.ts'
import { findProgram, ProgramFailed, runProgram } from './program.ts'

export type LoadRequest = SideDatabase & {
  /** The dump that fetchBackup returned. */
  archive: string
  /** How many sessions load at once; more than the server's cores make it slower. */
  jobs: number
  log: (line: string) => void
  progress: (progress: { done: number; total: number; unit: 'percent' }) => void
}

const loadTimeoutSeconds = 12 * 3600

/**
 * Loads the dump into the database that createSideDatabase made, and analyses it. Does nothing when this job
 * has loaded it already. Owners and grants are restored as they were.
 * @throws ProgramMissing before anything is touched; ProgramFailed with what pg_restore said.
 */
export async function loadBackup(request: LoadRequest): Promise<void> {
  await findProgram('pg_restore')
  if ((await sideState(request)) === 'loaded') return

  const url = urlOf(request.adminUrl, request.name)
  const total = await countItems(request)
  const meter = loadMeter({ rows: totalRows(request.manifest), items: total }, request.progress)
  const ended = new AbortController()
  const following = followRows(url, { ended: ended.signal, report: meter.rows })
  try {
    await restore(request, url, meter.item)
  } finally {
    ended.abort()
    await following
  }
  // A dump holds no statistics; without them the first queries of the application would be slow.
  await onDatabase(url, { signal: request.signal }, (client) => client.query('analyze'))
  await markLoaded(request)
  meter.finish()
}

/** Indexes and constraints: what comes after the rows, and takes longer than they do. */
const afterRows = /\b(INDEX|CONSTRAINT|FK CONSTRAINT)\b/

async function countItems({ archive, signal }: LoadRequest): Promise<number> {
  const list = await runProgram('pg_restore', { args: ['--list', archive], timeoutSeconds: 300, signal })
  return list.split('\n').filter((line) => /^\d+; \d+ \d+ /.test(line) && afterRows.test(line)).length
}

async function restore(request: LoadRequest, url: string, onItem: () => void): Promise<void> {
  const { archive, jobs, mark, signal, log } = request
  const tolerant = await isNewerThanServer(request)
  const follow = (line: string) => {
    if (/creating (FK )?(INDEX|CONSTRAINT)/.test(line)) onItem()
    if (/processing data|creating|error|warning|detail|hint/i.test(line)) log(line)
  }
  await withProgramEnvironment(url, `plantao-${mark}`, async (env) => {
    const args = [`--dbname=${connectionTo(request.name)}`, `--jobs=${jobs}`, '--no-password', '--verbose']
    const strict = tolerant ? [] : ['--exit-on-error']
    const running = runProgram('pg_restore', {
      args: [...args, ...strict, archive],
      env: { ...env, PGOPTIONS: sessionSettings },
      timeoutSeconds: loadTimeoutSeconds,
      signal,
      log: follow,
    })
    await running.catch((error: unknown) => {
      if (!(tolerant && error instanceof ProgramFailed && onlyUnknownSettings(error.stderr))) throw error
    })
  })
}

/**
 * Measured on 1.35 GB: 1.9 times as fast as psql on a plain dump. Only waiting for the disk at each commit is
 * given up, and made good by the commit of the note at the end.
 */
const sessionSettings = [
  'synchronous_commit=off',
  'maintenance_work_mem=256MB',
  'max_parallel_maintenance_workers=2',
  'statement_timeout=0',
  'lock_timeout=0',
  'idle_in_transaction_session_timeout=0',
]
  .map((setting) => `-c ${setting}`)
  .join(' ')

/** A name with = in it would be read as a list of connection settings. */
function connectionTo(database: string): string {
  return `dbname='${database.replaceAll(/[\\']/g, String.raw`\$&`)}'`
}

async function isNewerThanServer({ adminUrl, name, signal }: LoadRequest): Promise<boolean> {
  const version = await runProgram('pg_restore', { args: ['--version'], timeoutSeconds: 30, signal })
  const toolMajor = Number(/\d+/.exec(version)?.[0])
  const serverMajor = await onDatabase(urlOf(adminUrl, name), { signal }, async (client) => {
    const found = await client.query<{ major: number }>(
      "select current_setting('server_version_num')::int / 10000 as major",
    )
    return found.rows[0]?.major ?? 0
  })
  return toolMajor > serverMajor
}

/** A newer pg_restore sets what an older server does not know (17: transaction_timeout), and calls that an error. */
export function onlyUnknownSettings(stderr: readonly string[]): boolean {
  const errors = stderr.filter((line) => line.startsWith('pg_restore: error: '))
  const ignored = Number(/errors ignored on restore: (\d+)/.exec(stderr.join('\n'))?.[1])
  const known = errors.filter((line) => /unrecognized configuration parameter "\w+_timeout"/.test(line))
  return errors.length > 0 && known.length === errors.length && ignored === errors.length
}

type Meter = { rows: (done: number) => void; item: () => void; finish: () => void }

/** Where the time goes (measured): rows 40 %, then indexes and constraints 60 %. */
function loadMeter(total: { rows: number; items: number }, progress: LoadRequest['progress']): Meter {
  let rows = 0
  let items = 0
  const report = () => {
    const share = 0.4 * part(rows, total.rows) + 0.6 * part(items, total.items)
    progress({ done: Math.floor(share * 100), total: 100, unit: 'percent' })
  }
  return {
    rows: (done) => {
      rows = Math.max(rows, done)
      report()
    },
    item: () => {
      items += 1
      report()
    },
    finish: () => progress({ done: 100, total: 100, unit: 'percent' }),
  }
}

function part(done: number, total: number): number {
  return total === 0 ? 1 : Math.min(1, done / total)
}

/** Progress is worth a look once a second, and never worth failing for. */
async function followRows(
  url: string,
  { ended, report }: { ended: AbortSignal; report: (done: number) => void },
): Promise<void> {
  const follow = async (client: Client) => {
    for await (const _ of setInterval(1000, undefined, { signal: ended })) {
      const found = await client.query<{ rows: string }>(`
        select (select coalesce(sum(n_tup_ins), 0) from pg_stat_user_tables)
          + (select coalesce(sum(tuples_processed), 0) from pg_stat_progress_copy where datname = current_database()) as rows`)
      report(Number(found.rows[0]?.rows))
    }
  }
  await onDatabase(url, { signal: ended }, follow).catch(() => undefined)
}
