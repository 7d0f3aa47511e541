import { isConnectionTrouble } from '../../db/pool.ts'

/** Why a running job's signal was aborted. */

/** Somebody asked for it. */
export class Cancelled extends Error {
  readonly by: string

  constructor(by: string) {
    super(`cancelled by ${by}`)
    this.name = 'Cancelled'
    this.by = by
  }
}

/** Another worker has the job, or may soon: nothing more may be written or done. */
export class LeaseLost extends Error {
  constructor(reason: string) {
    super(`lease lost: ${reason}`)
    this.name = 'LeaseLost'
  }
}

/**
 * Whether a job cannot be carried on here, and nobody may say how it ended: the next worker finds out. Vendors' and
 * applications' databases fail with errors of their own, so trouble with a connection is trouble with ours.
 */
export const isLeftToTheNext = (error: unknown): boolean =>
  error instanceof LeaseLost || isConnectionTrouble(error)
