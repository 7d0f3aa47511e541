import { z } from 'zod'
import { announce } from './announcements.ts'
import { row, sql, type Database } from './sql.ts'

export const AccessRequest = z.object({
  id: z.number(),
  slack: z.string(),
  name: z.string(),
  state: z.enum(['open', 'granted', 'refused']),
  askedAt: z.date(),
  decidedBy: z.string().nullable(),
})
export type AccessRequest = z.infer<typeof AccessRequest>

const columns = sql`id, slack, name, state, asked_at as "askedAt", decided_by as "decidedBy"`

/** The admins' copies of a request, and what the one who asked is told in the end. */
export const accessSubject = (id: number): string => `access/${id}`
export const accessAnswerSubject = (id: number): string => `access-answer/${id}`

/** Asks for access. Somebody whose request is open has asked already: that one comes back. */
export async function requestAccess(
  db: Database,
  who: { slack: string; name: string },
): Promise<{ request: AccessRequest; created: boolean }> {
  const created = await row(
    db,
    AccessRequest,
    sql`insert into access_request (slack, name) values (${who.slack}, ${who.name})
        on conflict (slack) where state = 'open' do nothing returning ${columns}`,
  )
  if (created) {
    await announce(db, accessSubject(created.id))
    return { request: created, created: true }
  }
  const open = await openAccessRequest(db, who.slack)
  if (!open) throw new Error(`the access request of ${who.slack} vanished`)
  return { request: open, created: false }
}

export async function openAccessRequest(db: Database, slack: string): Promise<AccessRequest | null> {
  return await row(
    db,
    AccessRequest,
    sql`select ${columns} from access_request where slack = ${slack} and state = 'open'`,
  )
}

export async function findAccessRequest(db: Database, id: number): Promise<AccessRequest | null> {
  return await row(db, AccessRequest, sql`select ${columns} from access_request where id = ${id}`)
}

/** Decides an open request; null: somebody has decided already. Every copy of it changes. */
export async function decideAccess(
  db: Database,
  decision: { id: number; by: string; state: 'granted' | 'refused' },
): Promise<AccessRequest | null> {
  const decided = await row(
    db,
    AccessRequest,
    sql`update access_request set state = ${decision.state}, decided_by = ${decision.by}, decided_at = now()
        where id = ${decision.id} and state = 'open' returning ${columns}`,
  )
  if (decided) await announce(db, accessSubject(decided.id), accessAnswerSubject(decided.id))
  return decided
}
