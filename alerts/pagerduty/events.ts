import { z } from 'zod'

/**
 * What came of an event. `mayHaveArrived`: nothing rules out that PagerDuty has it. `isLimit`: too many by this
 * routing key; PagerDuty did not keep it.
 */
export type EventAnswer =
  | { result: 'accepted' }
  | { result: 'refused'; reason: string }
  | { result: 'retry'; reason: string; mayHaveArrived: boolean; isLimit: boolean }

const Complaint = z.object({ message: z.string().optional(), errors: z.array(z.string()).optional() })

/**
 * Hands one event to the Events API v2 (developer.pagerduty.com, "Send an alert event") and says what that came to:
 * 202 accepted, 400 never to be sent again, everything else to be tried again. Never throws.
 */
export async function sendEvent(url: string, event: unknown, deadlineMs: number): Promise<EventAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(event),
      redirect: 'error',
      signal: AbortSignal.timeout(deadlineMs),
    })
    return answerOf(response.status, await response.text())
  } catch (error) {
    return answerOfTrouble(error)
  }
}

/** What a status means: the table of the Events API v2's documentation. */
export function answerOf(status: number, body: string): EventAnswer {
  if (status === 202) return { result: 'accepted' }
  const reason = `PagerDuty answers ${status}${complaintOf(body)}`
  if (status === 429) return { result: 'retry', reason, mayHaveArrived: false, isLimit: true }
  if (status >= 500 || status === 408)
    return { result: 'retry', reason, mayHaveArrived: true, isLimit: false }
  if (status >= 400) return { result: 'refused', reason }
  // No documented answer: somebody between us and PagerDuty speaks.
  return { result: 'retry', reason, mayHaveArrived: true, isLimit: false }
}

function complaintOf(body: string): string {
  try {
    const { message, errors } = Complaint.parse(JSON.parse(body))
    const said = errors && errors.length > 0 ? errors.join('; ') : message
    return said === undefined ? '' : `: ${said.slice(0, 300)}`
  } catch {
    return ''
  }
}

/** Before a connection stood, nothing can have arrived. */
const neverLeft = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]

function answerOfTrouble(error: unknown): EventAnswer {
  const code = codeOf(error)
  const isTimeout = error instanceof Error && error.name === 'TimeoutError'
  const reason = isTimeout ? 'PagerDuty does not answer in time' : `PagerDuty cannot be reached (${code})`
  return { result: 'retry', reason, mayHaveArrived: !neverLeft.includes(code), isLimit: false }
}

/** The network's own word for what happened; fetch hides it in `cause`. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  if ('code' in error && typeof error.code === 'string') return error.code
  return error.cause === undefined ? error.name : codeOf(error.cause)
}
