// What a crash can leave in a cluster's folder: a server nobody owns, or a lock file that belongs to nobody.
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
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

  if (found.parentPid !== 1 && (await isNode(found.parentPid))) {
    throw new Error(
      `Another sandbox (process ${found.parentPid}) is using ${cluster}. Stop it first, or use another folder.`,
    )
  }
  process.kill(pid, 'SIGINT')
  for (let waited = 0; (await processRunning(pid)) !== null; waited += 50) {
    if (waited === 20_000) process.kill(pid, 'SIGKILL')
    await delay(50)
  }
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

async function isNode(pid: number): Promise<boolean> {
  return (await processRunning(pid))?.command.includes('node') ?? false
}
