import type { Vote } from '../db/approvals.ts'
import type { ApprovalPolicy } from '../db/jobs.ts'
import { findPerson, isSamePerson } from './people.ts'
import { isKnown, notAllowed, rolesOf, unknownPerson, type Asker, type Refused } from './permission.ts'
import type { Command, Runbook } from './runbook-file.ts'

export type ApprovalState =
  { state: 'pending'; missing: number } | { state: 'granted' } | { state: 'refused' } | { state: 'expired' }

/**
 * What the votes come to. The first that settles it counts: a rejection refuses, a broken glass grants, and so
 * does the last approval of the quorum. A vote cast at `expiresAt` or later is too late. Every vote was let in by
 * `mayVote` (a broken glass by its own permission), so each approval is another person's.
 */
export function approvalState(
  policy: ApprovalPolicy,
  votes: readonly Pick<Vote, 'decision' | 'at'>[],
  time: { now: Date; expiresAt: Date },
): ApprovalState {
  let missing = policy.quorum
  const inTime = votes.filter(({ at }) => at < time.expiresAt)
  for (const { decision } of inTime.toSorted((one, other) => one.at.getTime() - other.at.getTime())) {
    if (decision === 'reject') return { state: 'refused' }
    if (decision === 'approve') missing -= 1
    if (decision === 'break-glass' || missing === 0) return { state: 'granted' }
  }
  return time.now < time.expiresAt ? { state: 'pending', missing } : { state: 'expired' }
}

export interface Ballot {
  voter: Asker
  policy: ApprovalPolicy
  requestedBy: string
  /** Those cast on the job's present attempt. */
  votes: readonly Pick<Vote, 'person'>[]
  command: Command
  environment: string | null
}

export type VoteVerdict =
  | { allowed: true }
  | Refused
  | (Omit<Refused, 'code'> & { code: 'requester-cannot-approve' | 'already-voted' })

/**
 * Whether somebody may approve or reject: another person than asked for the job, with one of the policy's roles
 * for its command and environment, once. Two Slack accounts of one person count as that one person.
 */
export function mayVote(runbook: Runbook, ballot: Ballot): VoteVerdict {
  const { voter, policy, requestedBy, votes, command, environment } = ballot
  if (!findPerson(runbook, voter.slack)) {
    // A role given from Slack lets nobody decide: who they are otherwise is not known.
    return isKnown(runbook, voter)
      ? notAllowed(runbook, voter, { command: 'approve', environment, may: policy.roles })
      : unknownPerson(runbook, voter)
  }
  if (isSamePerson(runbook, voter.slack, requestedBy)) {
    return {
      allowed: false,
      code: 'requester-cannot-approve',
      values: { slack: voter.slack, roles: policy.roles },
      message:
        `You asked for this yourself: another person with the role ${policy.roles.join(' or ')} has to decide. ` +
        'To withdraw it, cancel the job.',
    }
  }
  const held = rolesOf(runbook, voter, { command, environment })
  if (!held.some((role) => policy.roles.includes(role))) {
    return notAllowed(runbook, voter, { command: 'approve', environment, may: policy.roles })
  }
  if (votes.some(({ person }) => isSamePerson(runbook, voter.slack, person))) {
    return {
      allowed: false,
      code: 'already-voted',
      values: { slack: voter.slack },
      message: 'You have decided on this job already; your first decision stands.',
    }
  }
  return { allowed: true }
}
