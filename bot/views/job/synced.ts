import type { Job } from '../../../engine/client.ts'
import { number } from '../../texts/formats.ts'
import { labelOf } from '../../texts/index.ts'
import { joined, lines, outside, say, type Mrkdwn } from '../../texts/mrkdwn.ts'
import { explainReason } from '../../texts/problems.ts'
import type { CardContext } from '../card-context.ts'
import { SyncResult } from './results.ts'

/** What a sync did, in numbers, and the first items it could not do. */
export function synced(job: Job, c: CardContext): Mrkdwn | null {
  const result = SyncResult.safeParse(job.result)
  if (!result.success) return null
  const { counts, links } = result.data
  const { ending, outcomes } = c.texts.job
  const isAllEqual = Object.entries(counts).every(
    ([outcome, count]) => outcome === 'unchanged' || count === 0,
  )
  return lines([
    ...(isAllEqual && links === undefined ? [ending.nothingToDo] : []),
    ...countLine(counts, outcomes, c),
    ...(links === undefined ? [] : countLine(links, c.texts.job.links, c)),
    ...failureLines(result.data, c),
  ])
}

/** There are few outcomes; more of them would be a mistake that must not flood the card. */
const maximumCounts = 12

function countLine(counts: Record<string, number>, labels: Record<string, string>, c: CardContext): Mrkdwn[] {
  const shown = Object.entries(counts)
    .filter(([, count]) => count !== 0)
    .slice(0, maximumCounts)
    .map(([name, count]) => c.texts.job.outcome(labelOf(labels, name), number(count, c.texts.locale)))
  return shown.length === 0 ? [] : [joined(shown)]
}

/** More failures than this belong into the log. */
const shownFailures = 5

function failureLines({ counts, failures }: SyncResult, c: CardContext): Mrkdwn[] {
  const inTrouble = Math.max(failures.length, (counts['failed'] ?? 0) + (counts['not-applied'] ?? 0))
  const shown = failures.slice(0, shownFailures)
  const more = inTrouble - shown.length
  return [
    ...shown.map((failure) => say`• *${outside(failure.sku, 80)}*: ${explainReason(failure, c)}`),
    ...(more > 0 && shown.length > 0 ? [c.texts.job.moreLines(more)] : []),
  ]
}
