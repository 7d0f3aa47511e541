import { join } from 'node:path'
import { keepRunning, type Child } from './child.ts'
import { waitUntilReady } from './ready.ts'

export interface Engines {
  ready(): Promise<void>
  /** Kills, without warning, the engine that holds a lease under this name; false when none of them does. */
  kill(owner: string): boolean
  /** Kills all of them at once; returns how many. */
  killAll(): number
  output(): string
  stop(): Promise<void>
}

/** Several engines on the same rows, each a process of its own that is started again when it dies. For tests. */
export function keepEngines(options: {
  compiled: string
  ports: readonly number[]
  env: Record<string, string>
}): Engines {
  const output: string[] = []
  const children = options.ports.map((port): Child =>
    keepRunning({
      name: `engine ${port}`,
      program: join(options.compiled, 'engine/main.js'),
      env: { ...options.env, ENGINE_PORT: String(port), LOG_LEVEL: 'warn' },
      restartDelayMs: 50,
      log: (line) => void output.push(line),
    }),
  )
  return {
    ready: async () => await waitUntilReady(options.ports.map((port) => `http://127.0.0.1:${port}/readyz`)),
    kill(owner) {
      const child = children.find((one) => owner.includes(`-${one.pid()}-`))
      child?.kill()
      return child !== undefined
    },
    killAll() {
      for (const child of children) child.kill()
      return children.length
    },
    output: () => output.join('\n'),
    async stop() {
      await Promise.all(children.map(async (child) => await child.stop()))
    },
  }
}

/** The bot, likewise. */
export function keepBot(options: { compiled: string; port: number; env: Record<string, string> }): {
  ready(): Promise<void>
  kill(): void
  stop(): Promise<void>
} {
  const child = keepRunning({
    name: 'bot',
    program: join(options.compiled, 'bot/main.js'),
    env: { ...options.env, BOT_PORT: String(options.port), LOG_LEVEL: 'warn' },
    restartDelayMs: 50,
    log: () => undefined,
  })
  return {
    ready: async () => await waitUntilReady([`http://127.0.0.1:${options.port}/readyz`]),
    kill: child.kill,
    stop: child.stop,
  }
}
