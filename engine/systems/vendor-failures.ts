export type Vendor = 'bling' | 'mercado-livre'

/** One field a vendor found wrong: the only part of Bling's refusals that says why. */
export type FieldProblem = { field: string; problem: string }

type Details = {
  vendor: Vendor
  /** The HTTP status; null when no answer came. */
  status: number | null
  /** The vendor's own code, or ours: `timeout`, `network`, `unexpected-answer`, `not-connected`. */
  code: string
  /** The vendor's own words, shortened, without secrets. Text from outside: escape it before showing it. */
  message: string
}

/**
 * Why a call did not work, by what the caller should do about it.
 * `throttled`: not a failure, come back later (`day`: tomorrow). `retryable`: nothing happened, or repeating is
 * safe. `unknown-outcome`: it may have been done; look before repeating. `needs-credentials`: stop using this
 * account until a person connects it again. `bad-data`: repeating changes nothing, the input must change.
 */
export type VendorFailure =
  | (Details & { kind: 'throttled'; period: 'moment' | 'day' })
  | (Details & { kind: 'retryable' })
  | (Details & { kind: 'unknown-outcome' })
  | (Details & { kind: 'needs-credentials' })
  | (Details & { kind: 'bad-data'; fields: FieldProblem[] })

export type VendorResult<T> = { ok: true; value: T } | { ok: false; failure: VendorFailure }

/** Changes the value of a success and leaves a failure as it is. */
export function mapResult<T, U>(result: VendorResult<T>, change: (value: T) => U): VendorResult<U> {
  return result.ok ? { ok: true, value: change(result.value) } : result
}

/** What an error answer says, in the vendor's shape made plain. */
export type Complaint = {
  code: string
  message: string
  fields: FieldProblem[]
  /** Set when the quota of the whole day is spent. */
  period?: 'day'
  /** Set when the words say that the account must be connected again, whatever the status. */
  credentials?: boolean
}

type Refused = { vendor: Vendor; status: number; complaint: Complaint; repeatable: boolean }

/**
 * Sorts an answer that is not a success. `repeatable`: doing the call twice does no harm; where it would, a 5xx
 * leaves the outcome unknown.
 */
export function failureOf({ vendor, status, complaint, repeatable }: Refused): VendorFailure {
  const details = { vendor, status, code: complaint.code, message: complaint.message }
  if (status === 429) return { ...details, kind: 'throttled', period: complaint.period ?? 'moment' }
  if (status === 401 || status === 403 || complaint.credentials === true)
    return { ...details, kind: 'needs-credentials' }
  // 409 and 423: somebody else is changing it, nothing was done. 425: too early, nothing was done.
  if ([409, 423, 425].includes(status)) return { ...details, kind: 'retryable' }
  if (status >= 400 && status < 500 && status !== 408)
    return { ...details, kind: 'bad-data', fields: complaint.fields }
  return { ...details, kind: repeatable ? 'retryable' : 'unknown-outcome' }
}

type Unanswered = {
  vendor: Vendor
  code: string
  message: string
  delivered: 'no' | 'unknown'
  repeatable: boolean
}

/** Sorts a call that got no answer, or none that can be read. */
export function failureWithoutAnswer({
  vendor,
  code,
  message,
  delivered,
  repeatable,
}: Unanswered): VendorFailure {
  const kind = delivered === 'no' || repeatable ? 'retryable' : 'unknown-outcome'
  return { vendor, status: null, code, message, kind }
}
