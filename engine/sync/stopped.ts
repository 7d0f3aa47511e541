import { StepFailure } from '../failures.ts'
import type { Vendor, VendorFailure, VendorResult } from '../systems/vendor-failures.ts'

/** The value of a success; a failure ends the whole step. */
export function orStop<T>(result: VendorResult<T>): T {
  if (result.ok) return result.value
  throw stopFor(result.failure)
}

/** What ends a sync at once: a vendor that cannot be used now, whichever item it is about. */
export function stopFor(failure: VendorFailure): StepFailure {
  const vendor = names[failure.vendor]
  const { code, message, status } = failure
  const values = { vendor, code, status: status ?? 0, message }
  const said = message === '' ? code : `${code}: ${message}`
  switch (failure.kind) {
    case 'needs-credentials':
      return new StepFailure(
        'sync-needs-credentials',
        values,
        `${vendor} does not accept the account's credentials (${said}). Connect the account again, then retry; nothing more was sent to it.`,
      )
    case 'throttled':
      return new StepFailure(
        'sync-throttled',
        values,
        failure.period === 'day'
          ? `${vendor}'s calls of this day are used up. Retry tomorrow: what is done stays done.`
          : `${vendor} keeps refusing calls as too many. Retry in a few minutes: what is done stays done.`,
      )
    case 'bad-data':
      return new StepFailure(
        'sync-vendor-refused',
        values,
        `${vendor} refused what the sync asked (${said}). This needs a look at the connector; retrying alone will not help.`,
      )
    case 'retryable':
    case 'unknown-outcome':
      return new StepFailure(
        'sync-vendor-unavailable',
        values,
        `${vendor} does not answer as it should (${said}). Retry when it is well: what is done stays done.`,
      )
  }
}

const names: Record<Vendor, string> = { bling: 'Bling', 'mercado-livre': 'Mercado Livre' }
