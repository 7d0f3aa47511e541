export type Exchange =
  | { kind: 'answered'; status: number; body: unknown; readable: boolean }
  | { kind: 'no-answer'; delivered: 'no' | 'unknown'; code: 'timeout' | 'network'; message: string }

export type HttpRequest = {
  method: 'GET' | 'POST' | 'PUT'
  url: URL
  headers: Record<string, string>
  body?: string
  /** Covers connecting, waiting and reading. */
  deadlineMs: number
  signal?: AbortSignal | undefined
}

/** A hundred products with their descriptions are some 200 kB; more than this is not an answer. */
const largestAnswerBytes = 16 * 1024 * 1024

/**
 * One HTTP exchange with a vendor: never longer than its deadline, never more than a bounded answer, redirects not
 * followed (the token would follow them). Rejects only when the caller's own signal is aborted.
 */
export async function exchange(request: HttpRequest): Promise<Exchange> {
  const deadline = AbortSignal.timeout(request.deadlineMs)
  const signal = request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal])
  try {
    const { method, url, headers, body } = request
    const response = await fetch(url, {
      method,
      headers,
      signal,
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    })
    const text = await readBounded(response)
    return { kind: 'answered', status: response.status, ...parse(text) }
  } catch (error) {
    request.signal?.throwIfAborted()
    if (deadline.aborted) {
      const message = `no answer within ${request.deadlineMs / 1000} s`
      return { kind: 'no-answer', delivered: 'unknown', code: 'timeout', message }
    }
    return { kind: 'no-answer', delivered: wasDelivered(error), code: 'network', message: reasonOf(error) }
  }
}

/** Undefined: longer than an answer may be. */
async function readBounded(response: Response): Promise<string | undefined> {
  if (response.body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of response.body) {
    bytes += chunk.byteLength
    if (bytes > largestAnswerBytes) return undefined
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function parse(text: string | undefined): { body: unknown; readable: boolean } {
  if (text === undefined) return { body: undefined, readable: false }
  if (text === '') return { body: undefined, readable: true }
  try {
    return { body: JSON.parse(text), readable: true }
  } catch {
    return { body: undefined, readable: false }
  }
}

const neverSent = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]

/** Only a connection that never came about proves that nothing arrived. */
function wasDelivered(error: unknown): 'no' | 'unknown' {
  return neverSent.includes(codeOf(error)) ? 'no' : 'unknown'
}

function reasonOf(error: unknown): string {
  return codeOf(error) || (error instanceof Error ? error.message : String(error))
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause ? String(cause.code) : ''
}
