import { z } from '@hono/zod-openapi'

/** What every part of the engine's HTTP face shares, both ways. Times are ISO 8601 in UTC. */

const maximumReason = 500

/** Slack user id of whoever asks; the engine looks up who that is and what they may do. */
export const SlackUser = z.string().regex(/^[UW][A-Z0-9]{2,20}$/, 'a Slack user id such as U012ABCDEF')

export const Reason = z.string().trim().min(3, 'say why, in at least 3 characters').max(maximumReason)

export const IdempotencyKey = z.string().min(1).max(200)

export const FailureView = z.object({
  code: z.string(),
  values: z.record(z.string(), z.unknown()),
  message: z.string(),
  step: z.string().optional(),
})

export const PersonRef = z.object({ slack: z.string(), name: z.string() })

export const ActBody = z.object({ by: SlackUser, reason: Reason.optional() }).openapi('Act')

export const ReasonedActBody = z.object({ by: SlackUser, reason: Reason }).openapi('ReasonedAct')

export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    /** A sentence that says what is wrong and what to do. */
    detail: z.string(),
    /** Stable name of the problem. */
    code: z.string(),
    /** What the sentence was made with. */
    values: z.record(z.string(), z.unknown()),
    /** For invalid requests: the fields and what each should be. */
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem')
