import { z } from 'zod'
import { execute, rows, sql, type Database } from './sql.ts'

export const Vote = z.object({
  person: z.string(),
  decision: z.enum(['approve', 'reject', 'break-glass']),
  reason: z.string().nullable(),
  at: z.date(),
})
export type Vote = z.infer<typeof Vote>

/** The votes on a job's present attempt, in the order they were cast. */
export async function listVotes(db: Database, jobId: number, attempt: number): Promise<Vote[]> {
  return await rows(
    db,
    Vote,
    sql`select person, decision, reason, at from approval_vote
        where job_id = ${jobId} and attempt = ${attempt} order by at, person`,
  )
}

/** Casts a vote. False: this person has already voted; the first vote stands. */
export async function castVote(
  db: Database,
  vote: { jobId: number; attempt: number; person: string; decision: Vote['decision']; reason: string | null },
): Promise<boolean> {
  const cast = await execute(
    db,
    sql`insert into approval_vote (job_id, attempt, person, decision, reason)
        values (${vote.jobId}, ${vote.attempt}, ${vote.person}, ${vote.decision}, ${vote.reason})
        on conflict do nothing`,
  )
  return cast > 0
}
