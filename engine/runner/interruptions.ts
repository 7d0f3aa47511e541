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
