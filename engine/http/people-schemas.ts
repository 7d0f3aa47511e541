import { z } from '@hono/zod-openapi'
import { grantableRoles } from '../../db/grants.ts'
import { endNotices } from '../../db/person-settings.ts'
import { PersonRef } from './schemas.ts'

/** People, what they may and want, and the record of what they did, as they go over the HTTP face. */

const Time = z.iso.datetime()

export const Who = z
  .object({
    person: z.object({
      slack: z.string(),
      name: z.string(),
      title: z.string().nullable(),
      known: z.boolean(),
    }),
    roles: z.array(z.string()),
    may: z.array(
      z.object({
        command: z.string(),
        environments: z.array(z.string()),
        needsApproval: z.array(z.string()),
      }),
    ),
    admins: z.array(PersonRef),
  })
  .openapi('Who')

export const Settings = z
  .object({
    product: z.string(),
    locale: z.enum(['pt-BR', 'en']),
    timeZone: z.string(),
    channels: z.object({ operations: z.string(), incidents: z.string() }),
    userGroups: z.array(z.string()),
    environments: z.array(z.string()),
    links: z.record(z.string(), z.string()),
  })
  .openapi('Settings')

export const PersonSettings = z
  .object({
    /** Whether what waits for this person is also sent to them alone. */
    directMessages: z.boolean(),
    /** When the end of their own jobs is told; `long`: of those that took 30 s and more. */
    endNotice: z.enum(endNotices),
  })
  .openapi('PersonSettings')

/** Who is on call in a rotation, and who follows. */
export const RotationView = z.object({
  name: z.string(),
  /** Null: nobody is on call. `until` null: no end is in sight. */
  now: z.object({ person: PersonRef, until: Time.nullable(), isOverride: z.boolean() }).nullable(),
  next: z.object({ person: PersonRef, at: Time }).nullable(),
})

export const AccessRequestView = z
  .object({
    id: z.number(),
    slack: z.string(),
    name: z.string(),
    state: z.enum(['open', 'granted', 'refused']),
    askedAt: Time,
    decidedBy: PersonRef.nullable(),
    role: z.enum(grantableRoles).nullable(),
    expiresAt: Time.nullable(),
  })
  .openapi('AccessRequest')

export const AuditView = z
  .object({
    id: z.number(),
    at: Time,
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    details: z.record(z.string(), z.unknown()),
    /** Null for a moment, until the line is sealed. */
    hash: z.string().nullable(),
  })
  .openapi('AuditLine')
