import type { Job, LogPage } from '../../engine/client.ts'
import type { Deps } from '../asked.ts'
import type { Mrkdwn } from '../texts/mrkdwn.ts'
import { actions, button, context, message, preformatted, section, type Message } from '../views/blocks.ts'
import type { CardContext } from '../views/card-context.ts'
import { titleOf } from '../views/job/title.ts'

/** What fits into one message, whatever the lines are: preformatted keeps 9,000 characters. */
const linesOfPage = 40
const shownLineLength = 220

/** A page of a job's log, the newest one unless it is asked for those before a line. */
export async function logPage(
  job: Job,
  before: number,
  { deps, c, note }: { deps: Pick<Deps, 'engine'>; c: CardContext; note?: Mrkdwn },
): Promise<Message> {
  const { lines } = await deps.engine.log(job.id, { before, limit: linesOfPage })
  const page = { lines, isOlder: before > 0 }
  return logPageView(job, note === undefined ? page : { ...page, note }, c)
}

/**
 * Lines of a log, with ways to older ones, to what was written since, and to the whole of it. `note`: how it is
 * followed; without one that is offered. `isOlder`: there are newer lines than these.
 */
export function logPageView(
  job: Job,
  { lines, note, isOlder = false }: Pick<LogPage, 'lines'> & { note?: Mrkdwn; isOlder?: boolean },
  c: CardContext,
): Message {
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
    ...(note === undefined ? [] : [context(note)]),
    ...actions([
      ...(first === undefined
        ? []
        : [button({ id: 'log.older', text: log.older, value: `${id}:${first.id}` })]),
      ...(isOver || note !== undefined
        ? []
        : [button({ id: 'log.follow', text: log.follow, value: id, style: 'primary' })]),
      ...(isOver && !isOlder
        ? []
        : [button({ id: 'log.newest', text: isOlder ? log.backToNewest : log.newest, value: id })]),
      ...(job.startedAt === null ? [] : [button({ id: 'log.file', text: log.file, value: id })]),
    ]),
  ])
}
