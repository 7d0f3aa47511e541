import type { ClientResponse } from 'hono/client'
import type { z } from 'zod'
import type { Problem } from './http/schemas.ts'

/** The engine said no, in words: `code` and `values` are stable, `message` is its English sentence. */
export class EngineRefused extends Error {
  readonly code: string
  readonly values: Record<string, unknown>
  readonly status: number

  constructor(problem: { code: string; values: Record<string, unknown>; detail: string; status: number }) {
    super(problem.detail)
    this.name = 'EngineRefused'
    this.code = problem.code
    this.values = problem.values
    this.status = problem.status
  }
}

/** No answer, or 5xx: whether the request took effect is not known. The same idempotency key may be sent again. */
export class EngineUnavailable extends Error {
  constructor(reason: string) {
    super(`the engine did not answer: ${reason}`)
    this.name = 'EngineUnavailable'
  }
}

type AnyResponse = Pick<ClientResponse<unknown>, 'ok' | 'json' | 'text'> & { status: number }

/** What the engine answered; throws EngineRefused where it said no, EngineUnavailable where it said nothing. */
export async function answered(request: Promise<AnyResponse>): Promise<AnyResponse> {
  const response = await request.catch((error: Error) => {
    throw new EngineUnavailable(error.cause instanceof Error ? error.cause.message : error.message)
  })
  if (response.ok) return response
  const text = await response.text().catch(() => '')
  if (response.status >= 500) throw new EngineUnavailable(`HTTP ${response.status}`)
  throw new EngineRefused(problemFrom(text, response.status))
}

/** The JSON of an answer: what the routes of the engine promise, not checked again. */
export async function body<T>(response: AnyResponse): Promise<T> {
  return (await response.json().catch((error: Error) => {
    throw new EngineUnavailable(error.message)
  })) as T
}

function problemFrom(text: string, status: number): ConstructorParameters<typeof EngineRefused>[0] {
  try {
    const problem = JSON.parse(text) as z.output<typeof Problem>
    return { code: problem.code, values: problem.values, detail: problem.detail, status }
  } catch {
    return {
      code: 'unavailable',
      values: {},
      detail: `The engine answered HTTP ${status} in a way we cannot read.`,
      status,
    }
  }
}
