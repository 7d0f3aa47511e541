// Postgres does not run as root. Started by root from a folder closed to others (a checkout in /root), it
// could not even enter its data folder.
import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { othersCanReach, type UnprivilegedUser } from './binaries.ts'

/** The folder asked for or, where the server's user cannot reach it, one in /var/tmp that stands for it. */
export async function placeForData(dataDir: string, user: UnprivilegedUser | null): Promise<string> {
  await mkdir(dirname(dataDir), { recursive: true })
  if (user === null || (await othersCanReach(dirname(dataDir)))) return dataDir
  return `/var/tmp/plantao-postgres-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`
}
