// The database beside the live one that a backup is loaded into. Nothing here touches the live one.
import { escapeIdentifier, escapeLiteral, type Client } from 'pg'
import { StepFailure } from '../failures.ts'
import { markInId, type BackupManifest } from './backup-manifest.ts'
import { maintenanceUrl, onDatabase } from './database-connection.ts'
import { applySettings } from './database-settings.ts'
import { findDatabase, writeNote, type DatabaseNote } from './database-note.ts'

/** PostgreSQL cuts longer names silently (NAMEDATALEN - 1 bytes). */
const nameBytes = 63

/** The names a restore uses: for the database it loads, and for the old one after the swap. */
export function restoreNames(live: string, mark: string): { side: string; keepAs: string } {
  const job = markInId(mark).replaceAll('-', '_')
  const fitting = (ending: string) => {
    const room = nameBytes - Buffer.byteLength(ending)
    return (
      Buffer.from(live)
        .subarray(0, room)
        .toString('utf8')
        .replace(/\uFFFD$/, '') + ending
    )
  }
  return { side: fitting(`__restore_${job}`), keepAs: fitting(`__before_${job}`) }
}

export type SideDatabase = {
  /** Any address on the server; its role needs CREATEDB and membership in the owner's role. */
  adminUrl: string
  name: string
  /** The name of the live database. */
  live: string
  mark: string
  manifest: BackupManifest
  signal: AbortSignal
}

/**
 * Makes the empty database with the properties of the one that was backed up. One that this job loaded
 * completely is kept ('loaded'); one that it did not finish loading is made anew.
 * @throws StepFailure 'database-name-taken' when the name belongs to a database that this job did not make.
 */
export async function createSideDatabase(request: SideDatabase): Promise<'created' | 'loaded'> {
  const { adminUrl, name, signal, manifest } = request
  return await onDatabase(maintenanceUrl(adminUrl), { signal }, async (client) => {
    const existing = await findDatabase(client, name)
    if (existing) {
      if (!isOurs(existing.note, request)) throw nameTaken(name)
      if (existing.note.state === 'loaded' && existing.note.backup === manifest.id) return 'loaded'
      await drop(client, name)
    }
    await refuseMissingRoles(client, manifest)
    await client.query(createStatement(name, manifest))
    await writeNote(client, name, sideNote(request, 'loading'))
    return 'created'
  })
}

/** Notes that everything is in it, and gives it the settings that were kept with the database. */
export async function markLoaded(request: SideDatabase): Promise<void> {
  await onDatabase(maintenanceUrl(request.adminUrl), { signal: request.signal }, async (client) => {
    await applySettings(client, request.name, request.manifest)
    await writeNote(client, request.name, sideNote(request, 'loaded'))
  })
}

/** @throws StepFailure when this job's side database is not there. */
export async function sideState(request: SideDatabase): Promise<'loading' | 'loaded'> {
  return await onDatabase(maintenanceUrl(request.adminUrl), { signal: request.signal }, async (client) => {
    const existing = await findDatabase(client, request.name)
    if (existing && isOurs(existing.note, request)) return existing.note.state
    const message = `There is no database ${request.name} of job ${request.mark}. Retry from the step that makes it.`
    throw new StepFailure('side-database-missing', { database: request.name, mark: request.mark }, message)
  })
}

/**
 * Drops the database this job made beside the live one, if it is there. Never one that is or was live.
 * @throws StepFailure 'database-name-taken' when the name belongs to another database.
 */
export async function dropSideDatabase(
  request: Pick<SideDatabase, 'adminUrl' | 'name' | 'live' | 'mark' | 'signal'>,
): Promise<void> {
  await onDatabase(maintenanceUrl(request.adminUrl), { signal: request.signal }, async (client) => {
    const existing = await findDatabase(client, request.name)
    if (!existing) return
    if (!isOurs(existing.note, request)) throw nameTaken(request.name)
    await drop(client, request.name)
  })
}

type OurNote = DatabaseNote & { state: 'loading' | 'loaded' }

function isOurs(note: DatabaseNote | null, { mark, live }: { mark: string; live: string }): note is OurNote {
  return note?.mark === mark && note.live === live && (note.state === 'loading' || note.state === 'loaded')
}

function nameTaken(database: string): StepFailure {
  const message = `There is a database ${database} that this job did not make. It was left alone: rename or drop it, then retry.`
  return new StepFailure('database-name-taken', { database }, message)
}

async function refuseMissingRoles(client: Client, { roles, id }: BackupManifest): Promise<void> {
  const found = await client.query<{ rolname: string }>(
    'select rolname::text from pg_roles where rolname = any($1)',
    [roles],
  )
  const there = new Set(found.rows.map(({ rolname }) => rolname))
  const missing = roles.filter((role) => !there.has(role)).join(', ')
  if (missing === '') return
  const message = `Backup ${id} needs roles that this server does not have: ${missing}. Create them (CREATE ROLE …), then retry.`
  throw new StepFailure('roles-missing', { backup: id, roles: missing }, message)
}

function createStatement(name: string, manifest: BackupManifest): string {
  const { owner, encoding, collation, characterType, localeProvider, locale } = manifest
  const options = [
    `owner ${escapeIdentifier(owner)}`,
    'template template0',
    `encoding ${escapeLiteral(encoding)}`,
    `lc_collate ${escapeLiteral(collation)}`,
    `lc_ctype ${escapeLiteral(characterType)}`,
  ]
  if (localeProvider === 'i') options.push(`locale_provider icu icu_locale ${escapeLiteral(locale ?? '')}`)
  if (localeProvider === 'b')
    options.push(`locale_provider builtin builtin_locale ${escapeLiteral(locale ?? '')}`)
  return `create database ${escapeIdentifier(name)} ${options.join(' ')}`
}

/** Ends its sessions: they are a dead worker's. */
async function drop(client: Client, name: string): Promise<void> {
  await client.query(`drop database if exists ${escapeIdentifier(name)} with (force)`)
}

function sideNote(request: SideDatabase, state: 'loading' | 'loaded'): DatabaseNote {
  const { mark, live, manifest } = request
  return { madeBy: 'plantao', mark, state, backup: manifest.id, live, at: new Date().toISOString() }
}
