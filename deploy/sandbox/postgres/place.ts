// Postgres does not run as root. Started by root from a folder closed to others (a checkout in /root), it
// could not even enter its data folder: then the folder is a link to one in /var/tmp.
import { chmod, mkdir, mkdtemp, readlink, symlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { othersCanReach, type UnprivilegedUser } from './binaries.ts'

/** The folder to use for `dataDir`: itself or, where the server's user cannot reach it, what it links to. */
export async function placeForData(dataDir: string, user: UnprivilegedUser | null): Promise<string> {
  const parent = dirname(dataDir)
  await mkdir(parent, { recursive: true })
  if (user === null || (await othersCanReach(parent))) return dataDir

  const linked = await readlink(dataDir).catch(() => null)
  if (linked !== null) return linked
  const place = await mkdtemp('/var/tmp/plantao-postgres-')
  await chmod(place, 0o755)
  await symlink(place, dataDir)
  return place
}
