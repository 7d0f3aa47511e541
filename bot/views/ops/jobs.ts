import type { JobSummary } from '../../../engine/client.ts'
import { lines, outside, type Mrkdwn } from '../../texts/mrkdwn.ts'
import { header, message, section, type Message } from '../blocks.ts'
import { moment, type CardContext } from '../card-context.ts'
import { iconOf, titleOf } from '../job/title.ts'

/** The newest jobs, one line each. */
export function jobsView(jobs: readonly JobSummary[], c: CardContext): Message {
  const texts = c.texts.ops.jobs
  const list = jobs.map((job) => jobLine(job, c))
  return message(outside(texts.title), [
    header(texts.title),
    section(list.length === 0 ? texts.none : lines(list)),
  ])
}

export function jobLine(job: JobSummary, c: CardContext): Mrkdwn {
  return c.texts.ops.jobs.line({
    icon: iconOf(job),
    id: job.id,
    title: titleOf(job, c.texts).slice(0, 150),
    state: c.texts.job.states[job.state],
    who: job.requestedBy.name.slice(0, 80),
    when: moment(job.createdAt, c),
  })
}
