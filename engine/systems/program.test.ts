import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { findProgram, ProgramFailed, ProgramMissing, ProgramTimedOut, runProgram } from './program.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plantao-program-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

const node = (script: string) => ['-e', script]

test('returns the output, and hands over each line of standard error', async () => {
  const lines: string[] = []
  const script = 'console.log("done"); console.error("one"); console.error("two")'
  const output = await runProgram('node', {
    args: node(script),
    timeoutSeconds: 30,
    log: (line) => lines.push(line),
  })
  expect(output).toBe('done')
  expect(lines).toEqual(['one', 'two'])
})

test('arguments reach the program as they are: no shell reads them', async () => {
  const args = [...node('console.log(process.argv.slice(1).join("|"))'), 'v1;rm -rf /', '$(id)', '`id`', '*']
  expect(await runProgram('node', { args, timeoutSeconds: 30 })).toBe('v1;rm -rf /|$(id)|`id`|*')
})

test('our environment stays with us', async () => {
  vi.stubEnv('SLACK_BOT_TOKEN', 'xoxb-secret')
  const script = 'console.log(JSON.stringify(process.env))'
  const output = await runProgram('node', { args: node(script), timeoutSeconds: 30, env: { GIVEN: 'yes' } })
  expect(output).toContain('"GIVEN":"yes"')
  expect(output).not.toContain('xoxb-secret')
})

test('a failure carries the exit code and the end of what it said', async () => {
  const args = node('for (let i = 1; i <= 30; i++) console.error("line " + i); process.exit(3)')
  const failed = await runProgram('node', { args, timeoutSeconds: 30 }).catch((error: unknown) => error)
  expect(failed).toBeInstanceOf(ProgramFailed)
  expect(failed).toMatchObject({ code: 'program-failed', values: { program: 'node', exitCode: 3 } })
  expect(failed).toMatchObject({
    message: expect.stringMatching(/^node failed with exit code 3\. .*line 11\n[^]*line 30$/),
  })
})

test('a missing program says what to install', async () => {
  await expect(findProgram('no-such-program')).rejects.toBeInstanceOf(ProgramMissing)
  vi.stubEnv('PATH', folder)
  await expect(runProgram('pg_dump', { args: [], timeoutSeconds: 1 })).rejects.toMatchObject({
    code: 'program-missing',
    values: { program: 'pg_dump' },
    message: expect.stringContaining(
      'pg_dump is not installed. Install the PostgreSQL client (Debian: apt-get',
    ),
  })
})

/** A program with a child; both say their process id and would run for ever. */
const family = (file: string, onTerm = '') => `
  const { spawn } = require('node:child_process')
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  ${onTerm}
  require('node:fs').writeFileSync(${JSON.stringify(file)}, process.pid + ' ' + child.pid)
  setInterval(() => {}, 1000)`

async function processIds(file: string): Promise<number[]> {
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => '')
    if (text !== '') return text.split(' ').map(Number)
    await delay(5)
  }
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('cancelling ends the program and its children, and gives the reason', async () => {
  const cancel = new AbortController()
  const file = join(folder, 'ids')
  const ended = runProgram('node', { args: node(family(file)), timeoutSeconds: 60, signal: cancel.signal })
  const ids = await processIds(file)
  cancel.abort(new Error('cancelled by Ana'))
  await expect(ended).rejects.toThrow('cancelled by Ana')
  while (ids.some(runs)) await delay(5)
})

test('a program that ignores SIGTERM is killed', { timeout: 20_000 }, async () => {
  const cancel = new AbortController()
  const file = join(folder, 'ids')
  const script = family(file, 'process.on("SIGTERM", () => {})')
  const ended = runProgram('node', { args: node(script), timeoutSeconds: 60, signal: cancel.signal })
  const ids = await processIds(file)
  cancel.abort()
  await expect(ended).rejects.toThrow('aborted')
  while (ids.some(runs)) await delay(5)
})

test('the time limit ends it too', async () => {
  const ended = runProgram('node', { args: node('setInterval(() => {}, 1000)'), timeoutSeconds: 1 })
  await expect(ended).rejects.toBeInstanceOf(ProgramTimedOut)
})

test('a job cancelled before it began starts nothing', async () => {
  const args = node(family(join(folder, 'ids')))
  await expect(runProgram('node', { args, timeoutSeconds: 5, signal: AbortSignal.abort() })).rejects.toThrow(
    'aborted',
  )
  await expect(readFile(join(folder, 'ids'))).rejects.toMatchObject({ code: 'ENOENT' })
})
