import type { Job, Step } from '../../../engine/client.ts'
import { bytes, duration, number } from '../../texts/formats.ts'
import { labelOf } from '../../texts/index.ts'
import { joined, say, outside, type Mrkdwn } from '../../texts/mrkdwn.ts'
import { explainFailure } from '../../texts/problems.ts'
import { milliseconds, moment, type CardContext } from '../card-context.ts'

/** What a procedure of ours has; beyond this a list is no longer read. */
const maximumLines = 18

/** The live checklist: each step with its sign, what is being undone under its own heading. */
export function checklist(job: Job, c: CardContext): Mrkdwn[] {
  const main = job.steps.filter(({ phase }) => phase === 'main')
  const undoing = job.steps.filter(({ phase }) => phase === 'failure')
  if (undoing.length === 0) return shortened(main, c)
  const stopped = main.filter(({ state }) => state === 'failed').map((step) => stepLine(step, c))
  return [...doneLine(main, c), ...stopped, c.texts.job.undoing, ...shortened(undoing, c)]
}

/** What a job that did not succeed had done, and what of it was undone. `told` is the step a sentence names already. */
export function summary(job: Job, told: string | undefined, c: CardContext): Mrkdwn[] {
  const main = job.steps.filter(({ phase }) => phase === 'main')
  const undoing = job.steps.filter(({ phase }) => phase === 'failure')
  const undone = undoing.filter(({ state }) => state === 'done')
  const stopped = [...main, ...undoing].filter(
    ({ name, state }) => stoppedStates.includes(state) && name !== told,
  )
  return [
    ...doneLine(main, c),
    ...(undone.length === 0 ? [] : [c.texts.job.undone(names(undone, c))]),
    ...stopped.slice(0, maximumLines).map((step) => say`❌ ${nameOf(step, c)}`),
  ]
}

const stoppedStates: Step['state'][] = ['failed', 'running']

export function nameOf(step: Pick<Step, 'name'>, c: CardContext): string {
  return labelOf(c.texts.job.steps, step.name)
}

/** Steps that are done give way first: what runs and what is to come is what people look for. */
function shortened(steps: readonly Step[], c: CardContext): Mrkdwn[] {
  if (steps.length <= maximumLines) return steps.map((step) => stepLine(step, c))
  const open = steps.filter(({ state }) => state !== 'done')
  const shown = open.slice(0, maximumLines - 2).map((step) => stepLine(step, c))
  const more = open.length > shown.length ? [c.texts.job.moreLines(open.length - shown.length)] : []
  const done = steps.length - open.length
  return [...(done === 0 ? [] : [say`✅ ${c.texts.job.stepsDone(done)}`]), ...shown, ...more]
}

function doneLine(steps: readonly Step[], c: CardContext): Mrkdwn[] {
  const done = steps.filter(({ state }) => state === 'done')
  if (done.length === 0) return []
  if (done.length > maximumLines) return [say`✅ ${c.texts.job.stepsDone(done.length)}`]
  return [say`✅ ${names(done, c)}`]
}

function names(steps: readonly Step[], c: CardContext): Mrkdwn {
  const shown = steps.slice(0, maximumLines).map((step) => outside(nameOf(step, c), 80))
  return joined(shown, ', ')
}

function stepLine(step: Step, c: CardContext): Mrkdwn {
  const name = outside(nameOf(step, c), 100)
  switch (step.state) {
    case 'pending':
      return say`▫️ ${name}`
    case 'running':
      return joined([say`⏳ *${name}*`, ...progressOf(step, c), ...since(step, c)])
    case 'done':
      return joined([say`${step.phase === 'main' ? '✅' : '↩️'} ${name}`, ...timeTaken(step)])
    case 'failed':
      return step.error === null ? say`❌ *${name}*` : say`❌ *${name}*: ${explainFailure(step.error, c)}`
  }
}

function progressOf(step: Step, c: CardContext): Mrkdwn[] {
  if (step.progress === null || !(step.progress.total > 0)) return []
  const { done, total, unit } = step.progress
  const { locale, job } = c.texts
  const share = outside(bar(done / total))
  // Sizes are written with their unit already.
  if (unit === 'bytes') return [joined([share, job.progress(bytes(done, locale), bytes(total, locale))], ' ')]
  if (unit === 'percent') return [joined([share, job.percent(number(done, locale))], ' ')]
  const amount = job.progress(number(done, locale), number(total, locale))
  return [joined([share, amount, outside(labelOf(job.units, unit))], ' ')]
}

const barLength = 8

function bar(share: number): string {
  const filled = Math.round(Math.min(Math.max(share, 0), 1) * barLength)
  return '▓'.repeat(filled) + '░'.repeat(barLength - filled)
}

/** When it began, which stays true; "for 40 s" would be a lie until the next edit. */
function since(step: Step, c: CardContext): Mrkdwn[] {
  return step.startedAt === null ? [] : [c.texts.job.since(moment(step.startedAt, c, 'seconds'))]
}

function timeTaken(step: Step): Mrkdwn[] {
  const took = milliseconds(step.startedAt, step.finishedAt)
  return took === null || took < 1000 ? [] : [say`${duration(took)}`]
}
