import { z } from 'zod'
import { nowhere } from './announcements.ts'
import { execute, rows, sql, type Database } from './sql.ts'

export const SlackMessage = z.object({
  subject: z.string(),
  channel: z.string(),
  ts: z.string().nullable(),
  shownRevision: z.number(),
  postingSince: z.date().nullable(),
})
export type SlackMessage = z.infer<typeof SlackMessage>

/** The Slack messages of a subject, one for each channel that shows it. */
export async function messagesOf(db: Database, subject: string): Promise<SlackMessage[]> {
  return await rows(
    db,
    SlackMessage,
    sql`select subject, channel, ts, shown_revision as "shownRevision", posting_since as "postingSince"
        from slack_message where subject = ${subject} order by channel`,
  )
}

/** Notes the intent to post before posting: after a crash it says that a message may be out there already. */
export async function beginPosting(db: Database, subject: string, channel: string): Promise<void> {
  await execute(
    db,
    sql`insert into slack_message (subject, channel, posting_since) values (${subject}, ${channel}, now())
        on conflict (subject, channel) do update
          set ts = null, posting_since = coalesce(slack_message.posting_since, now())
          where slack_message.ts is null or slack_message.ts = ${nowhere}`,
  )
}

/** Notes what a message now shows. An older revision never replaces a newer one. */
export async function recordShown(
  db: Database,
  shown: { subject: string; channel: string; ts: string; revision: number },
): Promise<void> {
  await execute(
    db,
    sql`insert into slack_message (subject, channel, ts, shown_revision)
        values (${shown.subject}, ${shown.channel}, ${shown.ts}, ${shown.revision})
        on conflict (subject, channel) do update
          set ts = excluded.ts, shown_revision = greatest(slack_message.shown_revision, excluded.shown_revision),
              posting_since = null`,
  )
}
