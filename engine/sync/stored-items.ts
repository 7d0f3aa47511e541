import type { z } from 'zod'
import {
  countSyncItems,
  finishSyncItem,
  interruptedSyncItems,
  replaceSyncItems,
  takeSyncItems,
  updatedSyncItems,
  type SyncItemRow,
  type SyncList,
} from '../../db/sync-items.ts'
import type { StepContext } from '../runner/procedure.ts'
import { outcomes, type ItemCounts, type SyncItem, type SyncItems } from './items.ts'

/** A job's list of items as rows, written only while the step's worker has the job. */
export function storedItems<Change>(
  { transaction }: Pick<StepContext, 'transaction'>,
  of: SyncList,
  schema: z.ZodType<Change>,
): SyncItems<Change> {
  const read = (row: SyncItemRow): SyncItem<Change> => ({ ...row, change: schema.parse(row.change) })
  return {
    plan: async (items, settled) =>
      await transaction(async (tx) => {
        const planned = items.map((item) => ({ ...item, outcome: null, reason: null }))
        const done = settled.map((item, index) => ({ ...item, position: items.length + index, change: null }))
        await replaceSyncItems(tx, of, [...planned, ...done])
      }),
    interrupted: async () => await transaction(async (tx) => (await interruptedSyncItems(tx, of)).map(read)),
    nextBatch: async (size) => await transaction(async (tx) => (await takeSyncItems(tx, of, size)).map(read)),
    finish: async (id, result) =>
      await transaction(async (tx) => {
        await finishSyncItem(tx, { jobId: of.jobId, id, outcome: result.outcome, reason: result.reason })
      }),
    updated: async (afterId, size) =>
      await transaction(async (tx) => (await updatedSyncItems(tx, of, { afterId, size })).map(read)),
    counts: async () => await transaction(async (tx) => ({ ...noItems, ...(await countSyncItems(tx, of)) })),
  }
}

const noItems: ItemCounts = {
  ...(Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) as Record<
    (typeof outcomes)[number],
    number
  >),
  planned: 0,
  writing: 0,
}
