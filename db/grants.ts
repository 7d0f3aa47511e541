import { z } from 'zod'
import { execute, prepared, row, rows, sql, type Database } from './sql.ts'

/** Roles that may be given from Slack; the others are the runbook file's to give. */
export const grantableRoles = ['viewer', 'operator'] as const

export const RoleGrant = z.object({
  id: z.number(),
  slack: z.string(),
  name: z.string(),
  role: z.enum(grantableRoles),
  grantedBy: z.string(),
  expiresAt: z.date().nullable(),
})
export type RoleGrant = z.infer<typeof RoleGrant>

const columns = sql`id, slack, name, role, granted_by as "grantedBy", expires_at as "expiresAt"`
const inForce = sql`revoked_at is null and (expires_at is null or expires_at > now())`

/** What a person was given and still has. */
export async function grantsOf(db: Database, slack: string): Promise<RoleGrant[]> {
  return await rows(
    db,
    RoleGrant,
    prepared(
      'grants-of',
    )`select ${columns} from role_grant where slack = ${slack} and ${inForce} order by id`,
  )
}

/** Gives a role, for so many hours or (null) until it is revoked. */
export async function grantRole(
  db: Database,
  grant: Pick<RoleGrant, 'slack' | 'name' | 'role' | 'grantedBy'> & {
    hours: number | null
    requestId: number | null
  },
): Promise<RoleGrant> {
  const made = await row(
    db,
    RoleGrant,
    sql`insert into role_grant (slack, name, role, granted_by, expires_at, request_id)
        values (${grant.slack}, ${grant.name}, ${grant.role}, ${grant.grantedBy},
          now() + make_interval(hours => ${grant.hours}::int), ${grant.requestId})
        returning ${columns}`,
  )
  if (!made) throw new Error('a grant was not recorded')
  return made
}

/** Takes back everything a person was given. Returns how many grants that were. */
export async function revokeGrants(db: Database, slack: string, by: string): Promise<number> {
  return await execute(
    db,
    sql`update role_grant set revoked_at = now(), revoked_by = ${by} where slack = ${slack} and ${inForce}`,
  )
}

/** The grant an access request led to, whether or not it still holds. */
export async function grantOfRequest(db: Database, requestId: number): Promise<RoleGrant | null> {
  return await row(db, RoleGrant, sql`select ${columns} from role_grant where request_id = ${requestId}`)
}

/** What people who were given a role are called, by Slack id: they are not in the runbook file. */
export async function guestNames(db: Database): Promise<Map<string, string>> {
  const found = await rows(
    db,
    z.object({ slack: z.string(), name: z.string() }),
    sql`select distinct on (slack) slack, name from role_grant order by slack, id desc`,
  )
  return new Map(found.map(({ slack, name }) => [slack, name]))
}
