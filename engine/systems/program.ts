// Programs of the machine (pg_dump, helm, …): no shell, a time limit, an end when the job is cancelled, and
// only a short list of environment variables, so that our secrets stay with us.
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { execa } from 'execa'
import { StepFailure } from '../failures.ts'

export type ProgramOptions = {
  /** Shown by `ps` to everybody on the machine: never a secret. */
  args: readonly string[]
  /** Added to the few variables every program gets. */
  env?: Readonly<Record<string, string>>
  timeoutSeconds: number
  signal?: AbortSignal
  /** Called with each line of its standard error. */
  log?(line: string): void
}

export class ProgramMissing extends StepFailure {
  constructor(program: string) {
    super('program-missing', { program }, `${program} is not installed. ${howToInstall(program)}`)
  }
}

export class ProgramFailed extends StepFailure {
  readonly stderr: readonly string[]

  constructor(program: string, ending: { exitCode: number | null; stderr: readonly string[] }) {
    const stderrTail = ending.stderr.slice(-20).join('\n')
    const how = ending.exitCode === null ? 'was killed' : `failed with exit code ${ending.exitCode}`
    super(
      'program-failed',
      { program, exitCode: ending.exitCode, stderrTail },
      `${program} ${how}. It said: ${stderrTail || '(nothing)'}`,
    )
    this.stderr = ending.stderr
  }
}

export class ProgramTimedOut extends StepFailure {
  constructor(program: string, timeoutSeconds: number) {
    super(
      'program-timed-out',
      { program, timeoutSeconds },
      `${program} did not end within ${timeoutSeconds} seconds and was stopped. See the log for how far it came.`,
    )
  }
}

/**
 * Runs a program to its end and returns its standard output.
 * On abort or at the time limit it and its children get SIGTERM, 5 s later SIGKILL.
 * @throws ProgramMissing, ProgramFailed, ProgramTimedOut, or the signal's reason.
 */
export async function runProgram(program: string, options: ProgramOptions): Promise<string> {
  options.signal?.throwIfAborted()
  const path = await findProgram(program)
  const timeLimit = AbortSignal.timeout(options.timeoutSeconds * 1000)
  const stop = options.signal ? AbortSignal.any([options.signal, timeLimit]) : timeLimit
  const subprocess = execa(path, options.args, {
    stdin: 'ignore',
    stderr: function* (line: unknown) {
      options.log?.(String(line))
      yield line
    },
    env: { ...machineEnvironment(), ...options.env },
    extendEnv: false,
    // A process group of its own, so that its children can be stopped with it.
    detached: true,
    reject: false,
  })
  const ending = endGroupOn(stop, subprocess.pid)
  const result = await subprocess
  ending.dispose()

  options.signal?.throwIfAborted()
  if (timeLimit.aborted) throw new ProgramTimedOut(program, options.timeoutSeconds)
  const stderr = result.stderr.split('\n')
  if (result.failed) throw new ProgramFailed(program, { exitCode: result.exitCode ?? null, stderr })
  return result.stdout
}

/**
 * Where the program lies on PATH.
 * @throws ProgramMissing, which says what to install.
 */
export async function findProgram(program: string): Promise<string> {
  const folders = program.includes('/') ? [''] : (machineEnvironment().PATH ?? '').split(delimiter)
  for (const folder of folders) {
    const path = join(folder, program)
    if (await canRun(path)) return path
  }
  throw new ProgramMissing(program)
}

async function canRun(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

/** What every program may know of our environment. */
function machineEnvironment(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'SSL_CERT_FILE', 'SSL_CERT_DIR']
  // Where programs lie is a fact of the machine, not configuration of ours.
  // oxlint-disable-next-line node/no-process-env
  const ours = process.env
  const known = names.flatMap((name) => (ours[name] === undefined ? [] : [[name, ours[name]] as const]))
  // Messages are read and compared: in English, whatever the machine speaks.
  return { ...Object.fromEntries(known), LC_ALL: 'C' }
}

const secondsToEnd = 5

function endGroupOn(stop: AbortSignal, pid: number | undefined): { dispose(): void } {
  let last: NodeJS.Timeout | undefined
  const end = () => {
    killGroup(pid, 'SIGTERM')
    last = setTimeout(() => killGroup(pid, 'SIGKILL'), secondsToEnd * 1000)
  }
  if (stop.aborted) end()
  else stop.addEventListener('abort', end, { once: true })
  return {
    dispose: () => {
      stop.removeEventListener('abort', end)
      clearTimeout(last)
      // Its children may outlive it by a moment: nothing that was stopped goes on working.
      if (stop.aborted) killGroup(pid, 'SIGKILL')
    },
  }
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ESRCH'
    if (!gone) throw error
  }
}

function howToInstall(program: string): string {
  if (['pg_dump', 'pg_restore', 'psql'].includes(program)) {
    return 'Install the PostgreSQL client (Debian: apt-get install postgresql-client; macOS: brew install libpq and put it on PATH), then retry.'
  }
  return `Install ${program} where the engine runs and make sure that it is on its PATH, then retry.`
}
