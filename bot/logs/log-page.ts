import type { Job, LogPage } from '../../engine/client.ts'
import type { Deps } from '../asked.ts'
import { actions, button, message, preformatted, section, type Message } from '../views/blocks.ts'
import type { CardContext } from '../views/card-context.ts'
import { titleOf } from '../views/job/title.ts'

/** What fits into one message, whatever the lines are: preformatted keeps 9,000 characters. */
const linesOfPage = 40
const shownLineLength = 220

/** A page of a job's log, the newest one unless it is asked for those before a line. */
export async function logPage(
  job: Job,
  before: number,
  { deps, c }: { deps: Pick<Deps, 'engine'>; c: CardContext },
): Promise<Message> {
  return logPageView(job, await deps.engine.log(job.id, { before, limit: linesOfPage }), c)
}

/** Lines of a log, with ways to older ones, to what was written since, and to the whole of it. */
export function logPageView(job: Job, { lines }: Pick<LogPage, 'lines'>, c: CardContext): Message {
  const texts = c.texts.job
  const { log } = c.texts.home
  const heading = texts.logOf(job.id, titleOf(job, c.texts))
  const id = String(job.id)
  const first = lines.length < linesOfPage ? undefined : lines[0]
  const isOver = job.finishedAt !== null
  const blocks = preformatted(
    lines.map(({ line }) => line),
    shownLineLength,
  )
  return message(heading, [
    section(blocks.length === 0 ? texts.noLog(job.id) : heading),
    ...blocks,
    ...actions([
      ...(first === undefined
        ? []
        : [button({ id: 'log.older', text: log.older, value: `${id}:${first.id}` })]),
      ...(isOver ? [] : [button({ id: 'log.newest', text: log.newest, value: id, style: 'primary' })]),
      ...(job.startedAt === null ? [] : [button({ id: 'log.file', text: log.file, value: id })]),
    ]),
  ])
}
