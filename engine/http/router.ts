import { OpenAPIHono, type z } from '@hono/zod-openapi'
import type { RequestIdVariables } from 'hono/request-id'
import { invalidRequest } from './problem.ts'
import { Problem } from './schemas.ts'

export type Env = { Variables: RequestIdVariables }

/** A router whose requests zod checks: what it does not accept is refused by the field's name. */
export function createRouter() {
  return new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(result.error, result.target)
    },
  })
}

/** The body of a request, as JSON of this shape. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { content: { 'application/json': { schema } }, required: true as const },
})

/** An answer as JSON of this shape. */
export const jsonAnswer = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
})

/** What every route may answer instead. */
export const problems = {
  default: {
    description: 'A problem document (RFC 9457)',
    content: { 'application/problem+json': { schema: Problem } },
  },
}
