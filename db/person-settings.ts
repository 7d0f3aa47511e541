import { z } from 'zod'
import { announce } from './announcements.ts'
import { execute, row, rows, sql, type Database } from './sql.ts'

export const endNotices = ['always', 'long', 'never'] as const

export const PersonSettings = z.object({
  /** Whether approvals and requests that wait for this person are also sent to them alone. */
  directMessages: z.boolean(),
  /** When the end of their own jobs is told: `long`, only of those that took their time. */
  endNotice: z.enum(endNotices),
})
export type PersonSettings = z.infer<typeof PersonSettings>

const defaults: PersonSettings = { directMessages: true, endNotice: 'long' }

/** The subject under which a person's Home is kept. */
export const homeSubject = (slack: string): string => `home/${slack}`

export async function personSettings(db: Database, slack: string): Promise<PersonSettings> {
  const found = await row(
    db,
    PersonSettings,
    sql`select direct_messages as "directMessages", end_notice as "endNotice"
        from person_setting where slack = ${slack}`,
  )
  return found ?? defaults
}

/** Changes what is given; redraws the person's Home. */
export async function savePersonSettings(
  db: Database,
  slack: string,
  change: { directMessages?: boolean | undefined; endNotice?: PersonSettings['endNotice'] | undefined },
): Promise<void> {
  const { directMessages = null, endNotice = null } = change
  await execute(
    db,
    sql`insert into person_setting (slack, direct_messages, end_notice)
        values (${slack}, coalesce(${directMessages}::boolean, ${defaults.directMessages}),
          coalesce(${endNotice}::text, ${defaults.endNotice}))
        on conflict (slack) do update set
          direct_messages = coalesce(${directMessages}::boolean, person_setting.direct_messages),
          end_notice = coalesce(${endNotice}::text, person_setting.end_notice)`,
  )
  await announce(db, homeSubject(slack))
}

/** Which of these people want no direct messages. */
export async function withoutDirectMessages(db: Database, people: readonly string[]): Promise<string[]> {
  const found = await rows(
    db,
    z.object({ slack: z.string() }),
    sql`select slack from person_setting where slack = any(${people}) and not direct_messages`,
  )
  return found.map(({ slack }) => slack)
}
