import {
  outcomes,
  type ItemCounts,
  type ItemResult,
  type Planned,
  type Settled,
  type SyncItem,
  type SyncItems,
  type SyncStep,
} from './items.ts'

/** A step that remembers what it was told. */
export function testStep(signal: AbortSignal = new AbortController().signal) {
  const lines: string[] = []
  const seen: Parameters<SyncStep['progress']>[0][] = []
  const step: SyncStep = {
    signal,
    log: (line) => lines.push(line),
    progress: (progress) => seen.push(progress),
  }
  return { ...step, lines, seen }
}

type Row<Change> = {
  id: string
  key: string
  sku: string
  state: keyof ItemCounts
  planned?: Planned<Change>
  result?: ItemResult
}

/** SyncItems in memory, for tests. What it holds outlives the worker that used it, as rows do. */
export function memoryItems<Change>(): SyncItems<Change> & { rows: () => readonly Row<Change>[] } {
  let rows: Row<Change>[] = []
  const inState = (state: Row<Change>['state']): SyncItem<Change>[] =>
    rows.flatMap(({ planned, id, state: now }) =>
      now === state && planned !== undefined ? [{ ...planned, id }] : [],
    )
  return {
    rows: () => rows,
    plan: async (items, settled) => {
      const todo = items.toSorted((one, other) => one.position - other.position)
      rows = [...todo.map(rowOfPlanned), ...settled.map((item) => rowOfSettled<Change>(item))].map(
        (row, index) => ({
          ...row,
          id: String(index).padStart(6, '0'),
        }),
      )
    },
    interrupted: async () => inState('writing'),
    nextBatch: async (size) => {
      const batch = inState('planned').slice(0, size)
      for (const { id } of batch) row(rows, id).state = 'writing'
      return batch
    },
    finish: async (id, result) => {
      Object.assign(row(rows, id), { state: result.outcome, result })
    },
    updated: async (afterId, size) =>
      inState('updated')
        .filter(({ id }) => afterId === null || id > afterId)
        .slice(0, size),
    counts: async () => {
      const counts = Object.fromEntries(
        [...outcomes, 'planned', 'writing'].map((state) => [state, 0]),
      ) as ItemCounts
      for (const { state } of rows) counts[state] += 1
      return counts
    },
  }
}

function rowOfPlanned<Change>(planned: Planned<Change>): Omit<Row<Change>, 'id'> {
  return { key: planned.key, sku: planned.sku, state: 'planned', planned }
}

function rowOfSettled<Change>({ key, sku, outcome, reason }: Settled): Omit<Row<Change>, 'id'> {
  return { key, sku, state: outcome, result: { outcome, reason } }
}

function row<Change>(rows: readonly Row<Change>[], id: string): Row<Change> {
  const found = rows.find((known) => known.id === id)
  if (found === undefined) throw new Error(`no item ${id}`)
  return found
}
