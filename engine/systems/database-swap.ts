// The restored database takes the live one's name, and the old one is kept under another: both renames in one
// transaction. A worker that dies in between leaves everything as it was, because the server rolls back.
import { escapeIdentifier, type Client } from 'pg'
import { StepFailure } from '../failures.ts'
import { maintenanceUrl, onDatabase } from './database-connection.ts'
import { exchangeNames, type ExchangeReport } from './database-exchange.ts'
import { findDatabase, listDatabases, writeComment, writeNote, type DatabaseFound } from './database-note.ts'
import { carryOver } from './database-settings.ts'

export type Swap = {
  /** Any address on the server. Its role needs CREATEDB, membership in the owner's role, and pg_signal_backend. */
  adminUrl: string
  live: string
  side: string
  /** The old live database's new name. */
  keepAs: string
  mark: string
  signal: AbortSignal
  log: (line: string) => void
}

/**
 * Puts the loaded database in the live one's place. Sessions on both are ended; new ones wait (about 0.1 s)
 * and then find the restored database. Does nothing when this job has swapped already. Where there is no live
 * database (a new server), the loaded one simply gets its name.
 * @throws StepFailure 'database-in-use' when sessions could not be ended after three tries: nothing was changed.
 */
export async function swapDatabases(swap: Swap): Promise<ExchangeReport> {
  const { adminUrl, live, side, keepAs, mark, signal, log } = swap
  return await onDatabase(maintenanceUrl(adminUrl), { signal }, async (client) => {
    if ((await stateOf(client, swap)) === 'swapped') return { milliseconds: 0, endedSessions: 0 }
    const { restored, old } = await readiness(client, swap)
    const { note } = restored
    const at = new Date().toISOString()
    if (old) await carryOver(client, { from: live, to: side })
    const renames = [...(old ? [{ from: live, to: keepAs }] : []), { from: side, to: live }]
    const report = await exchangeNames({ adminUrl, renames, signal, log }, async (renamer) => {
      const commentBefore = old?.comment ?? null
      await writeNote(renamer, live, { ...note, state: 'live', at, commentBefore })
      if (!old) return
      const kept = {
        madeBy: 'plantao',
        mark,
        state: 'kept',
        backup: note.backup,
        live,
        at,
        commentBefore,
      } as const
      await writeNote(renamer, keepAs, kept)
      await allowConnections(renamer, keepAs, false)
    })
    log(`${live} is the restored database now (${report.milliseconds} ms); the old one is kept as ${keepAs}`)
    return report
  })
}

/** Whether this job's swap has happened, read from the notes that moved with the databases. */
export async function swapState(
  swap: Pick<Swap, 'adminUrl' | 'live' | 'mark' | 'signal'>,
): Promise<'swapped' | 'not-swapped' | 'undone'> {
  return await onDatabase(maintenanceUrl(swap.adminUrl), { signal: swap.signal }, (client) =>
    stateOf(client, swap),
  )
}

export type UndoSwap = Omit<Swap, 'side'> & {
  /** The name the restored database gets; what was written to it meanwhile stays in it. */
  setAsideAs: string
}

/**
 * Puts the old database back. Does nothing when this job's swap never happened, or is undone already.
 * @throws StepFailure 'swap-superseded' when another restore has replaced the database since.
 */
export async function undoSwap(undo: UndoSwap): Promise<ExchangeReport> {
  const { adminUrl, live, keepAs, setAsideAs, mark, signal, log } = undo
  return await onDatabase(maintenanceUrl(adminUrl), { signal }, async (client) => {
    const restored = await findDatabase(client, live)
    const old = await findDatabase(client, keepAs)
    if (restored?.note?.mark !== mark || restored.note.state !== 'live') {
      if ((await stateOf(client, undo)) === 'undone' || !isKept(old, undo))
        return { milliseconds: 0, endedSessions: 0 }
      const message = `${live} is no longer the database that job ${mark} put there. Nothing was changed; its old one is still kept as ${keepAs}.`
      throw new StepFailure('swap-superseded', { database: live, mark, keepAs }, message)
    }
    if (!isKept(old, undo)) throw missing(keepAs)
    const { note } = restored
    const renames = [
      { from: live, to: setAsideAs },
      { from: keepAs, to: live },
    ]
    const report = await exchangeNames({ adminUrl, renames, signal, log }, async (renamer) => {
      await writeNote(renamer, setAsideAs, { ...note, state: 'undone', at: new Date().toISOString() })
      await writeComment(renamer, live, note.commentBefore ?? null)
      await allowConnections(renamer, live, true)
    })
    log(
      `${live} is the old database again (${report.milliseconds} ms); the restored one is kept as ${setAsideAs}`,
    )
    return report
  })
}

export type KeptDatabase = {
  name: string
  state: 'kept' | 'undone'
  mark: string
  /** The backup that took its place or, undone, that was loaded into it. */
  backup: string
  keptSince: string
  bytes: number | null
}

/** The databases that swaps of this live database have set aside, newest first. */
export async function listKeptDatabases(
  adminUrl: string,
  { live, signal }: { live: string; signal: AbortSignal },
): Promise<KeptDatabase[]> {
  const databases = await onDatabase(maintenanceUrl(adminUrl), { signal }, listDatabases)
  const kept = databases.flatMap(({ name, bytes, note }): KeptDatabase[] => {
    if (note?.live !== live || (note.state !== 'kept' && note.state !== 'undone')) return []
    return [{ name, bytes, state: note.state, mark: note.mark, backup: note.backup, keptSince: note.at }]
  })
  return kept.toSorted((a, b) => b.keptSince.localeCompare(a.keptSince))
}

async function stateOf(client: Client, { live, mark }: { live: string; mark: string }) {
  const ours = (await listDatabases(client)).filter(({ note }) => note?.mark === mark && note.live === live)
  if (ours.some(({ note }) => note?.state === 'undone')) return 'undone'
  return ours.some(({ name, note }) => name === live && note?.state === 'live') ? 'swapped' : 'not-swapped'
}

type Loaded = DatabaseFound & { note: NonNullable<DatabaseFound['note']> }

async function readiness(
  client: Client,
  swap: Swap,
): Promise<{ restored: Loaded; old: DatabaseFound | null }> {
  const { live, side, keepAs, mark } = swap
  const restored = await findDatabase(client, side)
  const note = restored?.note
  if (!restored || note?.mark !== mark || note.live !== live || note.state !== 'loaded') {
    const message = `${side} is not a completely loaded database of job ${mark}. Nothing was changed; retry from the step that loads it.`
    throw new StepFailure('side-database-not-loaded', { database: side, mark }, message)
  }
  if (await findDatabase(client, keepAs)) {
    const message = `There is a database ${keepAs} already, so the old one cannot be kept under that name. Nothing was changed; rename or drop it, then retry.`
    throw new StepFailure('database-name-taken', { database: keepAs }, message)
  }
  return { restored: { ...restored, note }, old: await findDatabase(client, live) }
}

function isKept(database: DatabaseFound | null, { live, mark }: UndoSwap): boolean {
  return database?.note?.state === 'kept' && database.note.mark === mark && database.note.live === live
}

function missing(keepAs: string): StepFailure {
  const message = `The old database ${keepAs} is not there any more, so the swap cannot be undone. Nothing was changed; restore another backup instead.`
  return new StepFailure('kept-database-missing', { database: keepAs }, message)
}

/** Nobody writes to a database that was set aside by mistake. */
async function allowConnections(client: Client, name: string, allowed: boolean): Promise<void> {
  await client.query(`alter database ${escapeIdentifier(name)} allow_connections ${allowed}`)
}
