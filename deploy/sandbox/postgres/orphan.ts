// What a crash can leave in a cluster's folder: a server nobody owns, or a lock file that belongs to nobody.
import { readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Ends a server that runs on this cluster although the process that started it is gone, and removes a lock
 * file whose process id now belongs to another program (Postgres itself would refuse to start then).
 * @throws Error when the server belongs to a process that still runs.
 */
export async function endOrphan(cluster: string): Promise<void> {
  const lockFile = join(cluster, 'postmaster.pid')
  const lock = await readFile(lockFile, 'utf8').catch(() => null)
  if (lock === null) return
  const pid = Number.parseInt(lock, 10)
  const found = await processRunning(pid)
  if (!found?.command.includes(cluster)) return rm(lockFile, { force: true })

  // The kernel gives a process another parent when its own one dies.
  const owner = Number.parseInt(await readFile(ownerFile(cluster), 'utf8').catch(() => ''), 10)
  if (found.parentPid === owner) {
    throw new Error(
      `Process ${owner} is running its Postgres in ${cluster}. Stop it first, or use another folder.`,
    )
  }
  process.kill(pid, 'SIGINT')
  for (let waited = 0; (await processRunning(pid)) !== null; waited += 50) {
    if (waited === 20_000) process.kill(pid, 'SIGKILL')
    await delay(50)
  }
}

/** Says whose server runs on this cluster: ours. */
export async function recordOwner(cluster: string): Promise<void> {
  await writeFile(ownerFile(cluster), String(process.pid))
}

function ownerFile(cluster: string): string {
  return join(dirname(cluster), 'owner.pid')
}

type Running = { command: string; parentPid: number }

/** Read from /proc; elsewhere (macOS) null, and Postgres's own check of the lock file decides. */
async function processRunning(pid: number): Promise<Running | null> {
  try {
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ')
    const status = await readFile(`/proc/${pid}/status`, 'utf8')
    const state = /^State:\s+(\S)/m.exec(status)?.[1]
    if (state === 'Z') return null
    return { command, parentPid: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 1) }
  } catch {
    return null
  }
}
