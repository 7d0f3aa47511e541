import { findAccessRequest } from '../db/access-requests.ts'
import { subjectRevision } from '../db/announcements.ts'
import { listVotes } from '../db/approvals.ts'
import { eventTold, fallbackOf, peoplePaged, type Told } from '../db/incident-notices.ts'
import { findJob } from '../db/jobs.ts'
import { withoutDirectMessages } from '../db/person-settings.ts'
import { mayVote } from './approval.ts'
import type { EngineContext } from './context.ts'
import { admins } from './people.ts'
import { identify } from './require-permission.ts'
import { Command } from './runbook-file.ts'

type Context = Pick<EngineContext, 'pool' | 'runbook'>

/**
 * To whom a subject is shown in person now. The revision is read first: what is shown may be newer than it says,
 * never older. Nobody: it stays shown where it is.
 */
export async function copiesOf(
  context: Context,
  subject: string,
): Promise<{ revision: number; people: string[]; incidentId: number | null }> {
  const revision = await subjectRevision(context.pool, subject)
  const [kind = '', rest = ''] = subject.split('/')
  const people = await peopleOf(context, kind, rest)
  const fallback = kind === 'page' ? await fallbackOf(context.pool, Number(rest)) : null
  return { revision, people: people.slice(0, mostCopies), incidentId: fallback?.incidentId ?? null }
}

/** A direct message to everybody of a large company is no longer a request. */
const mostCopies = 30

async function peopleOf(context: Context, kind: string, rest: string): Promise<string[]> {
  switch (kind) {
    case 'home':
      return [rest]
    case 'approval':
      return await reachable(context, await approvers(context, rest))
    case 'access': {
      const request = await findAccessRequest(context.pool, Number(rest))
      if (request?.state !== 'open') return []
      return await reachable(
        context,
        admins(context.runbook).map(({ slack }) => slack),
      )
    }
    case 'access-answer': {
      const request = await findAccessRequest(context.pool, Number(rest))
      return request === null || request.state === 'open' ? [] : [request.slack]
    }
    case 'incident-event':
      return await mentioned(context, await eventTold(context.pool, Number(rest.split('.')[1])))
    // Whoever was called and was not reached is told, whatever they chose: it is a page.
    case 'page':
      return ((await fallbackOf(context.pool, Number(rest)))?.targets ?? []).filter(isSlackUser)
    default:
      return []
  }
}

/**
 * Who is mentioned where an event is told. Everybody who was called hears that somebody took it and that it is over;
 * whoever it is up to is asked.
 */
async function mentioned(context: Context, event: Told | null): Promise<string[]> {
  if (event === null) return []
  const { incidentId, kind, actor, details, owner } = event
  const named = [details['to'], details['person']].filter((value) => typeof value === 'string')
  switch (kind) {
    case 'assigned':
    case 'role':
      return named.filter((person) => isSlackUser(person) && person !== actor)
    case 'still-firing':
      return [owner].filter((person) => person !== null).filter(isSlackUser)
    case 'exhausted':
      return (await peoplePaged(context.pool, incidentId)).filter(isSlackUser)
    case 'acknowledged':
    case 'resolved':
    case 'unowned-reminder': {
      const paged = (await peoplePaged(context.pool, incidentId)).filter(isSlackUser)
      return await reachable(
        context,
        paged.filter((person) => person !== actor),
      )
    }
    default:
      return []
  }
}

const isSlackUser = (person: string): boolean => /^[UW][A-Z0-9]{2,20}$/.test(person)

/** Everybody of the runbook file who may decide on a job's present attempt and has not. */
async function approvers(context: Context, rest: string): Promise<string[]> {
  const [id, attempt] = rest.split('.').map(Number)
  const job = await findJob(context.pool, id ?? 0)
  if (job?.state !== 'waiting-approval' || job.approval === null || job.attempt !== attempt) return []
  const { approval: policy, requestedBy, environment } = job
  const votes = await listVotes(context.pool, job.id, job.attempt)
  const command = Command.parse(job.kind)
  const people = context.runbook.people.flatMap(({ slack }) => slack ?? [])
  const ballots = await Promise.all(
    people.map(async (slack) => {
      const voter = await identify(context, slack)
      return {
        slack,
        ...mayVote(context.runbook, { voter, policy, requestedBy, votes, command, environment }),
      }
    }),
  )
  return ballots.filter(({ allowed }) => allowed).map(({ slack }) => slack)
}

async function reachable(context: Context, people: readonly string[]): Promise<string[]> {
  const silent = await withoutDirectMessages(context.pool, people)
  return people.filter((slack) => !silent.includes(slack))
}
