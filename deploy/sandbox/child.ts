import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Child {
  pid(): number | undefined
  /** Ends it without warning, as a crash would; it is started again. */
  kill(): void
  stop(): Promise<void>
}

/**
 * A compiled program needs no tsx: its parent's death is watched by a line of its own. It kills itself, because
 * process.exit may hang for ever in Node (nodejs/node#54918), and one that outlived its parent by an hour did.
 */
const attachedTo = (program: string): string[] =>
  program.endsWith('.js')
    ? [
        '--import',
        `data:text/javascript,process.on('disconnect',()=>process.kill(process.pid,'SIGKILL'))`,
        program,
      ]
    : ['--import', 'tsx', attached, program]

const root = fileURLToPath(new URL('../..', import.meta.url))
const attached = fileURLToPath(new URL('attached.ts', import.meta.url))
const stopPatienceMs = 8_000

/** Keeps a program of ours running as a process of its own, restarted when it dies, as a cluster would do. */
export function keepRunning(options: {
  name: string
  /** Path of a TypeScript file of this project, or of a compiled one (absolute). */
  program: string
  env: Record<string, string>
  restartDelayMs?: number
  log(line: string): void
}): Child {
  let stopping = false
  let running: ChildProcess
  let restart: NodeJS.Timeout | undefined

  const start = (): void => {
    running = spawn(process.execPath, [...attachedTo(resolve(root, options.program))], {
      cwd: root,
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    for (const stream of [running.stdout, running.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => options.log(text.trimEnd()))
    }
    running.once('exit', (code, signal) => {
      if (stopping) return
      options.log(`${options.name} ended (${signal ?? code}); starting it again`)
      restart = setTimeout(start, options.restartDelayMs ?? 1_000)
    })
  }
  start()
  return {
    pid: () => running.pid,
    kill: () => void running.kill('SIGKILL'),
    async stop() {
      stopping = true
      clearTimeout(restart)
      if (running.exitCode !== null || running.signalCode !== null) return
      const exited = once(running, 'exit')
      running.kill('SIGTERM')
      const force = setTimeout(() => running.kill('SIGKILL'), stopPatienceMs)
      await exited
      clearTimeout(force)
    },
  }
}
