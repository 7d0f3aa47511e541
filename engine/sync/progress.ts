import type { SyncItems, SyncStep } from './items.ts'

/** Shows how many of the items to be written are finished, over restarts. */
export async function followProgress(
  items: Pick<SyncItems<never>, 'counts'>,
  step: SyncStep,
): Promise<{ finished: () => void }> {
  const counts = await items.counts()
  let done = counts.updated + counts.created + counts.failed + counts['not-applied']
  const total = done + counts.planned + counts.writing
  const show = (): void => step.progress({ done, total, unit: 'items' })
  show()
  return {
    finished() {
      done += 1
      show()
    },
  }
}
