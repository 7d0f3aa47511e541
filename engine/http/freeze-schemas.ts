import { z } from '@hono/zod-openapi'
import { IdempotencyKey, PersonRef, Reason, SlackUser } from './schemas.ts'

/** Freezes, as they go over the HTTP face. */

const Time = z.iso.datetime()

export const FreezeView = z
  .object({
    /** Null for a scheduled window of the runbook file. */
    id: z.number().nullable(),
    environment: z.string(),
    reason: z.string(),
    createdBy: PersonRef.nullable(),
    startsAt: Time,
    endsAt: Time,
  })
  .openapi('Freeze')

export const NewFreezeBody = z
  .object({
    environment: z.string(),
    reason: Reason,
    until: Time,
    by: SlackUser,
    idempotencyKey: IdempotencyKey,
  })
  .openapi('NewFreeze')
