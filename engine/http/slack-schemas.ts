import { z } from '@hono/zod-openapi'

/** What the bot keeps in the engine, as it goes over the HTTP face. */

const Time = z.iso.datetime()

/** A subject whose message in Slack is not what it should be. */
export const SubjectChange = z.object({ subject: z.string(), revision: z.number() })

export const MessageView = z
  .object({
    subject: z.string(),
    channel: z.string(),
    ts: z.string().nullable(),
    shownRevision: z.number(),
    /** Set when a post was begun and its outcome was never recorded: it may be out there already. */
    postingSince: Time.nullable(),
  })
  .openapi('SlackMessage')

export const LeaseView = z
  .object({ name: z.string(), holder: z.string(), until: Time, fence: z.number() })
  .openapi('Lease')
