import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { compile } from '../sandbox/compiled.ts'
import { freePort } from '../sandbox/free-port.ts'
import { startWorld } from '../sandbox/world.ts'
import { line, ms, ratio } from './report.ts'

const settleMs = 5_000

/** How long each process takes until it is ready, and the memory both hold at rest. */
export async function benchStartUp(dir: string): Promise<void> {
  const world = await startWorld({ dataDir: join(dir, 'world') })
  const compiled = join(dir, 'dist')
  await compile(compiled)
  const ports = { engine: await freePort(), bot: await freePort() }
  const env = {
    ...world.env,
    ENGINE_PORT: String(ports.engine),
    BOT_PORT: String(ports.bot),
    ENGINE_URL: `http://127.0.0.1:${ports.engine}`,
    LOG_LEVEL: 'warn',
  }
  const emptyStartedAt = performance.now()
  const empty = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000); console.log(1)'])
  await new Promise((resolve) => empty.stdout.once('data', resolve))
  const emptyMs = performance.now() - emptyStartedAt
  const emptyMb = await megabytes(empty.pid)
  line('an empty Node process (the floor)', `${ms(emptyMs)}, ${emptyMb.toFixed(0)} MB`)

  const start = async (name: 'engine' | 'bot') => {
    const startedAt = performance.now()
    const child = spawn(process.execPath, [join(compiled, name, 'main.js')], { env, stdio: 'ignore' })
    await ready(`http://127.0.0.1:${ports[name]}/readyz`)
    line(`${name}: until it is ready`, `${ms(performance.now() - startedAt)}`)
    return child
  }
  const engine = await start('engine')
  const bot = await start('bot')
  await wait(settleMs)
  const [engineMb, botMb] = [await megabytes(engine.pid), await megabytes(bot.pid)]
  const sum = engineMb + botMb
  line(
    'memory at rest: engine + bot',
    `${engineMb.toFixed(0)} + ${botMb.toFixed(0)} = ${sum.toFixed(0)} MB, ${ratio(sum, emptyMb * 2)} two empty processes`,
    '<= 250 MB',
  )
  for (const child of [engine, bot, empty]) child.kill('SIGKILL')
  await world.close()
}

/** Resident memory, from the kernel. */
async function megabytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1_024
}

async function ready(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(url).catch(() => null)
    if (response?.ok) return
    await wait(10)
  }
}
