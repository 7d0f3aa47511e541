/** One Web API call (or response_url post) as the stand-in answered it. */
export type Call = {
  at: string
  method: string
  ok: boolean
  error?: string
  channel?: string
  arguments: Record<string, string>
}

export type CallLog = {
  record(call: Call): void
  /** The newest calls, oldest first; at most 5,000 are kept. */
  all(): Call[]
  /** Every call ever made, also those no longer kept. `outcome` is `ok` or Slack's error code. */
  countOf(method: string, outcome?: string): number
}

const kept = 5000

/** `changed` is called after every recorded call. */
export function createCallLog(changed: () => void): CallLog {
  const calls: Call[] = []
  const counts = new Map<string, number>()
  const count = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1)
  return {
    record(call) {
      calls.push(call)
      if (calls.length > 2 * kept) calls.splice(0, calls.length - kept)
      count(call.method)
      count(`${call.method} ${call.ok ? 'ok' : call.error}`)
      changed()
    },
    all: () => calls.slice(-kept),
    countOf: (method, outcome) => counts.get(outcome === undefined ? method : `${method} ${outcome}`) ?? 0,
  }
}

/** Arguments for a person to read: no token, nothing long. */
export function summaryOf(args: Record<string, unknown>): Record<string, string> {
  const shown = Object.entries(args).filter(([name]) => name !== 'token' && name !== 'trigger_id')
  return Object.fromEntries(shown.map(([name, value]) => [name, shorten(value)]))
}

function shorten(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
