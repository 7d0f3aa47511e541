import type { Job } from '../../engine/client.ts'
import type { LogLines } from '../projection/views.ts'
import { asPlain, type Mrkdwn } from '../texts/mrkdwn.ts'
import { message, section, type Message } from '../views/blocks.ts'
import type { CardContext } from '../views/card-context.ts'
import { titleOf } from '../views/job/title.ts'

/** The whole log of a job as a text file: the engine has stored it without its secrets. Times are UTC. */
export function logFile(job: Job, lines: LogLines, c: CardContext): Message & { fileText: string } {
  const said: Mrkdwn = c.texts.home.log.fileSaid(job.id)
  const heading = `#${job.id} ${titleOf(job, c.texts)} · ${c.texts.job.states[job.state]} · ${asPlain(c.texts.job.attempt(job.attempt))}`
  const body = lines.map(({ at, step, line }) => `${at}  ${step}  ${line.replaceAll(/[\r\n]+/g, ' ')}`)
  return { ...message(said, [section(said)]), fileText: [heading, '', ...body, ''].join('\n') }
}
