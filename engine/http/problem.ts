import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { STATUS_CODES } from 'node:http'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Logger } from 'pino'
import type { z } from 'zod'
import { isConnectionTrouble } from '../../db/pool.ts'
import { Refusal } from '../failures.ts'
import type { Problem } from './schemas.ts'

type ProblemDocument = z.output<typeof Problem>

/** Answers with a problem document (RFC 9457): what is wrong, and what to do. Never a stack trace. */
export function answerProblem(c: Context, error: Error, logger: Logger): Response {
  const problem = problemOf(error, c.get('requestId'))
  if (problem.status >= 500) {
    logger.error(
      { reason: error.message, stack: error.stack, requestId: c.get('requestId') },
      'request failed',
    )
  }
  return c.body(JSON.stringify(problem), problem.status as ContentfulStatusCode, {
    'content-type': 'application/problem+json',
  })
}

/** The refusal for a request that zod did not accept: every field that is wrong, by name. */
export function invalidRequest(error: { issues: readonly z.core.$ZodIssue[] }, where: string): Refusal {
  const errors = error.issues.map((issue) => ({ field: fieldOf(issue, where), message: issue.message }))
  return new Refusal(
    'invalid-request',
    { field: errors[0]?.field, errors },
    errors.map(({ field, message }) => `${field}: ${message}`).join('; '),
  )
}

function fieldOf(issue: z.core.$ZodIssue, where: string): string {
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  return [...issue.path, ...unknown].map(String).join('.') || (where === 'json' ? 'body' : where)
}

function problemOf(error: Error, requestId: string): ProblemDocument {
  if (error instanceof Refusal) {
    const errors = error.values['errors']
    return {
      ...document(error.status, error.code, error.message, error.values),
      ...(Array.isArray(errors) ? { errors } : {}),
    }
  }
  if (error instanceof HTTPException) {
    return document(error.status, 'invalid-request', error.message || 'The request could not be read.', {})
  }
  if (isConnectionTrouble(error)) {
    const detail = 'The database does not answer. Nothing was lost; send the same request again in a moment.'
    return document(503, 'unavailable', detail, {})
  }
  return document(
    500,
    'internal',
    `Something broke on our side. Tell the team this reference: ${requestId}.`,
    { requestId },
  )
}

const document = (
  status: number,
  code: string,
  detail: string,
  values: Record<string, unknown>,
): ProblemDocument => ({
  type: `urn:plantao:problem:${code}`,
  title: STATUS_CODES[status] ?? 'Error',
  status,
  detail,
  code,
  values,
})
