import type { FailureRecord } from '../db/jobs.ts'

/** The values a sentence is made with: never secrets, they are stored and shown. */
export type Values = Record<string, unknown>

/**
 * An expected "no": a stable code, its values, and an English sentence that says what is wrong and what to do.
 * Slack shows the sentence of its own language for the code.
 */
export class Refusal extends Error {
  readonly code: RefusalCode
  readonly values: Values
  readonly status: number

  constructor(code: RefusalCode, values: Values, message: string) {
    super(message)
    this.name = 'Refusal'
    this.code = code
    this.values = values
    this.status = refusalStatus[code]
  }
}

/** Every refusal of the engine's HTTP face with its status. */
export const refusalStatus = {
  'invalid-request': 400,
  unauthorized: 401,
  'not-allowed': 403,
  'unknown-person': 403,
  'requester-cannot-approve': 403,
  'no-critical-incident': 403,
  'not-found': 404,
  'unknown-environment': 422,
  'unknown-version': 422,
  'unknown-revision': 422,
  'unknown-backup': 422,
  'key-reused': 409,
  frozen: 409,
  'wrong-state': 409,
  'already-voted': 409,
  'has-access': 409,
  'access-decided': 409,
  'unknown-rotation': 422,
  'not-in-runbook': 422,
  'roster-in-pagerduty': 409,
  'not-in-pagerduty': 422,
  'override-refused': 409,
  'override-over': 409,
  'silence-too-wide': 422,
  'nobody-on-call': 409,
  'body-too-large': 413,
  unavailable: 503,
  internal: 500,
} as const
export type RefusalCode = keyof typeof refusalStatus

/**
 * A step that could not do its work, for a reason that is understood. `code` is stable, `message` says what
 * happened and what to do next.
 */
export class StepFailure extends Error {
  readonly code: string
  readonly values: Values

  constructor(code: string, values: Values, message: string) {
    super(message)
    this.name = 'StepFailure'
    this.code = code
    this.values = values
  }
}

/** Turns whatever was thrown into what is stored and shown: the known as it says, the unknown without its stack. */
export function failureRecord(error: unknown, step?: string): FailureRecord {
  const where = step === undefined ? {} : { step }
  if (isCoded(error)) return { code: error.code, values: error.values, message: error.message, ...where }
  const reason = error instanceof Error ? error.message : String(error)
  return {
    code: 'unexpected',
    values: { reason },
    message: `Something unexpected went wrong: ${reason}`,
    ...where,
  }
}

function isCoded(error: unknown): error is Error & { code: string; values: Values } {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    'values' in error &&
    typeof error.values === 'object' &&
    error.values !== null
  )
}
