import type { Pool } from '../../db/pool.ts'
import { lineRedactor } from '../redact.ts'
import { appendLog, saveProgress, type Hold, type Progress } from '../../db/steps.ts'

const flushAfterMs = 250
const maximumLinesAtOnce = 500

export interface StepOutput {
  log(line: string): void
  progress(progress: Progress): void
  /** Stores what is still in hand. Resolves false when the lease is lost. */
  flush(): Promise<boolean>
}

/**
 * Collects what a step says and stores it a few times a second. Every line is redacted before it leaves this
 * function; of progress only the newest is kept.
 */
export function stepOutput(
  pool: Pool,
  hold: Hold,
  step: { name: string; redact(text: string): string },
): StepOutput {
  const redactLine = lineRedactor(step.redact)
  let lines: string[] = []
  let newest: Progress | null = null
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<boolean> = Promise.resolve(true)

  const write = async (): Promise<boolean> => {
    const batch = lines.splice(0, maximumLinesAtOnce)
    const progress = newest
    newest = null
    let held = true
    if (batch.length > 0) held = await appendLog(pool, hold, { step: step.name, lines: batch })
    if (progress) held = await saveProgress(pool, hold, { name: step.name, progress })
    return held && lines.length > 0 ? await write() : held
  }
  const flush = (): Promise<boolean> => {
    clearTimeout(timer)
    timer = undefined
    writing = writing.then(write, write)
    return writing
  }
  const soon = (): void => {
    timer ??= setTimeout(() => void flush().catch(() => undefined), flushAfterMs)
  }
  return {
    log(line) {
      for (const one of line.split(/\r?\n/)) if (one !== '') lines.push(redactLine(one))
      soon()
    },
    progress(progress) {
      newest = progress
      soon()
    },
    flush,
  }
}
