import type { Failure, Job } from '../../../engine/client.ts'
import { message, preformatted, section, type Message } from '../blocks.ts'
import type { CardContext } from '../card-context.ts'
import { causesOf } from './failure.ts'
import { titleOf } from './title.ts'

/** The raw words behind the card's sentence, for whoever searches for them elsewhere. */
export function detailsView(job: Job, c: CardContext): Message {
  const { detailsOf, noDetails } = c.texts.job
  const title = titleOf(job, c.texts)
  if (job.error === null) return message(noDetails(job.id, title), [section(noDetails(job.id, title))])
  const { cause, undo } = causesOf(job.error)
  const lines = [...linesOf(cause), ...(undo === null ? [] : ['', ...linesOf(undo)])]
  return message(detailsOf(job.id, title), [
    section(detailsOf(job.id, title)),
    ...preformatted(lines, shownLineLength),
  ])
}

const shownLineLength = 1500
const shownValues = 12

function linesOf({ code, step, values, message: said }: Failure): string[] {
  const shown = Object.entries(values).filter(([, value]) => value !== '')
  return [
    said,
    `code: ${code}`,
    ...(step === undefined ? [] : [`step: ${step}`]),
    ...shown
      .slice(0, shownValues)
      .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`),
  ]
}
