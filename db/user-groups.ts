import { z } from 'zod'
import { execute, prepared, rows, sql, type Database } from './sql.ts'

/** Replaces what is known of who belongs to which Slack user group. */
export async function saveUserGroup(db: Database, id: string, members: readonly string[]): Promise<void> {
  await execute(
    db,
    sql`insert into slack_user_group (id, members) values (${id}, ${members})
        on conflict (id) do update set members = excluded.members, updated_at = now()`,
  )
}

/** The Slack user groups a person belongs to. */
export async function groupsOf(db: Database, slackId: string): Promise<string[]> {
  const found = await rows(
    db,
    z.object({ id: z.string() }),
    prepared('groups-of')`select id from slack_user_group where ${slackId} = any(members) order by id`,
  )
  return found.map(({ id }) => id)
}
