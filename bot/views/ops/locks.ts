import type { Freeze, Lock } from '../../../engine/client.ts'
import { joined, lines, outside, type Mrkdwn } from '../../texts/mrkdwn.ts'
import { context, header, message, section, type Message } from '../blocks.ts'
import { moment, type CardContext } from '../card-context.ts'

/** Who waits for whom, and what is held back until when. */
export function locksView(
  { locks, freezes }: { locks: readonly Lock[]; freezes: readonly Freeze[] },
  c: CardContext,
): Message {
  const texts = c.texts.ops.locks
  return message(outside(texts.title), [
    header(texts.title),
    ...(locks.length === 0
      ? [context(texts.none)]
      : locks.slice(0, maximumLocks).map((lock) => section(lockText(lock, c)))),
    freezes.length === 0
      ? context(texts.noFreezes)
      : section(lines(freezes.slice(0, maximumFreezes).map((freeze) => freezeLine(freeze, c)))),
  ])
}

const maximumLocks = 20
const maximumFreezes = 10
const maximumQueue = 10

function lockText({ lock, queue }: Lock, c: CardContext): Mrkdwn {
  const texts = c.texts.ops.locks
  const waiting = queue.filter(({ state }) => state === 'queued')
  const line = (entry: Lock['queue'][number]) => ({
    id: entry.jobId,
    kind: entry.kind,
    who: entry.requestedBy.name,
    since: moment(entry.since, c, 'time'),
  })
  return lines([
    texts.lock(lock),
    ...queue.filter(({ state }) => state === 'running').map((entry) => texts.holds(line(entry))),
    ...waiting.slice(0, maximumQueue).map((entry, index) => texts.waits(index + 1, line(entry))),
    ...(waiting.length > maximumQueue ? [c.texts.job.moreLines(waiting.length - maximumQueue)] : []),
  ])
}

function freezeLine(freeze: Freeze, c: CardContext): Mrkdwn {
  const texts = c.texts.ops.locks
  const { environment, reason, createdBy } = freeze
  const begins = Date.parse(freeze.startsAt) > c.now.getTime()
  const from = begins ? moment(freeze.startsAt, c) : null
  return joined([
    texts.freeze({ environment, from, until: moment(freeze.endsAt, c), reason }),
    createdBy === null ? texts.scheduled : texts.frozenBy(createdBy.name),
  ])
}
