import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { approvalState, mayVote, type Ballot } from './approval.ts'
import { rolesOf } from './permission.ts'
import { loadRunbook, type Grant, type Runbook } from './runbook-file.ts'

const expiresAt = new Date('2026-07-06T12:30:00Z')
const minute = (past: number): Date => new Date(Date.UTC(2026, 6, 6, 12, past))
const policy = { quorum: 2, roles: ['approver', 'admin'], expiresMinutes: 30 }
const approve = (at: Date) => ({ decision: 'approve' as const, at })
const reject = (at: Date) => ({ decision: 'reject' as const, at })
const breakGlass = (at: Date) => ({ decision: 'break-glass' as const, at })

describe('the state of an approval', () => {
  test.each([
    ['no vote yet', [], 5, { state: 'pending', missing: 2 }],
    ['one of two', [approve(minute(1))], 5, { state: 'pending', missing: 1 }],
    ['the quorum', [approve(minute(1)), approve(minute(2))], 5, { state: 'granted' }],
    ['more than the quorum', [1, 2, 3].map((at) => approve(minute(at))), 5, { state: 'granted' }],
    ['one rejection', [reject(minute(1))], 5, { state: 'refused' }],
    [
      'a rejection before the quorum',
      [approve(minute(1)), reject(minute(2)), approve(minute(3))],
      5,
      { state: 'refused' },
    ],
    [
      'a rejection after the quorum',
      [approve(minute(1)), approve(minute(2)), reject(minute(3))],
      5,
      { state: 'granted' },
    ],
    [
      'a rejection listed late but cast first',
      [approve(minute(2)), approve(minute(3)), reject(minute(1))],
      5,
      { state: 'refused' },
    ],
    ['a broken glass', [breakGlass(minute(1))], 5, { state: 'granted' }],
    ['a broken glass after a rejection', [reject(minute(1)), breakGlass(minute(2))], 5, { state: 'refused' }],
    ['the last moment', [approve(minute(1))], 29, { state: 'pending', missing: 1 }],
    ['too late', [approve(minute(1))], 30, { state: 'expired' }],
    ['granted in time, asked later', [approve(minute(1)), approve(minute(2))], 45, { state: 'granted' }],
    ['the last vote too late', [approve(minute(1)), approve(minute(30))], 45, { state: 'expired' }],
    ['a rejection too late', [reject(minute(31))], 45, { state: 'expired' }],
  ])('%s', (_, votes, now, expected) => {
    expect(approvalState(policy, votes, { now: minute(now), expiresAt })).toEqual(expected)
  })

  const vote = fc.record({
    decision: fc.constantFrom('approve', 'reject', 'break-glass'),
    at: fc.integer({ min: 0, max: 40 }).map(minute),
  })

  test('does not depend on the order in which votes cast at different times are listed', () => {
    fc.assert(
      fc.property(
        fc.array(vote),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 40 }),
        (votes, quorum, now) => {
          const distinct = votes.filter(
            ({ at }, index) => votes.findIndex((one) => one.at.getTime() === at.getTime()) === index,
          )
          const time = { now: minute(now), expiresAt }
          const state = approvalState({ ...policy, quorum }, distinct, time)
          expect(approvalState({ ...policy, quorum }, distinct.toReversed(), time)).toEqual(state)
        },
      ),
    )
  })

  test('once settled is changed by no later vote and no later moment', () => {
    fc.assert(
      fc.property(fc.array(vote), fc.integer({ min: 1, max: 5 }), vote, (votes, quorum, later) => {
        const state = approvalState({ ...policy, quorum }, votes, { now: minute(29), expiresAt })
        fc.pre(state.state !== 'pending')
        const after = [...votes, { ...later, at: minute(41) }]
        expect(approvalState({ ...policy, quorum }, after, { now: minute(60), expiresAt })).toEqual(state)
      }),
    )
  })
})

const defaults = await loadRunbook('deploy/plantao.yaml')
const people: [slack: string, otherSlack: string[], grants: Grant[]][] = [
  ['U0VIEWER', [], [{ role: 'viewer' }]],
  ['U0OPERATOR', [], [{ role: 'operator' }]],
  ['U0APPROVER', ['W0APPROVER'], [{ role: 'approver' }]],
  ['U0SECOND', [], [{ role: 'approver', environments: ['staging'] }]],
  ['U0ADMIN', ['W0ADMIN'], [{ role: 'admin' }, { role: 'operator' }]],
]
const runbook: Runbook = {
  ...defaults,
  people: people.map(([slack, otherSlack, grants]) => ({
    id: slack.toLowerCase(),
    name: `Person ${slack}`,
    title: 'Somebody',
    slack,
    otherSlack,
    grants,
  })),
}
const ballot = (change: Partial<Ballot>): Ballot => ({
  voter: { slack: 'U0APPROVER', groups: [] },
  policy,
  requestedBy: 'U0OPERATOR',
  votes: [],
  command: 'deploy',
  environment: 'production',
  ...change,
})
const by = (slack: string, groups: string[] = []) => ({ voter: { slack, groups } })
const verdict = (change: Partial<Ballot>): string => {
  const answer = mayVote(runbook, ballot(change))
  return answer.allowed ? 'yes' : answer.code
}

describe('who may vote', () => {
  test.each([
    ['an approver', {}, 'yes'],
    ['an admin', by('U0ADMIN'), 'yes'],
    ['an operator', { ...by('U0OPERATOR'), requestedBy: 'U0ADMIN' }, 'not-allowed'],
    [
      'an operator of a group that approves',
      { ...by('U0OPERATOR', ['S0APPROVERS']), requestedBy: 'U0ADMIN' },
      'yes',
    ],
    ['an approver of another environment', by('U0SECOND'), 'not-allowed'],
    ['an approver of this environment', { ...by('U0SECOND'), environment: 'staging' }, 'yes'],
    ['a stranger', by('U0STRANGER'), 'unknown-person'],
    ['a stranger in a group that approves', by('U0STRANGER', ['S0APPROVERS']), 'unknown-person'],
    ['the one who asked', { requestedBy: 'U0APPROVER' }, 'requester-cannot-approve'],
    [
      'the one who asked, from another account',
      { ...by('W0ADMIN'), requestedBy: 'U0ADMIN' },
      'requester-cannot-approve',
    ],
    [
      'the one who asked from another account',
      { ...by('U0ADMIN'), requestedBy: 'W0ADMIN' },
      'requester-cannot-approve',
    ],
    ['somebody who voted', { votes: [{ person: 'U0APPROVER' }] }, 'already-voted'],
    ['somebody who voted from another account', { votes: [{ person: 'W0APPROVER' }] }, 'already-voted'],
    ['a second person', { votes: [{ person: 'U0ADMIN' }] }, 'yes'],
    ['anybody, on what a schedule asked for', { requestedBy: 'schedule:nightly' }, 'yes'],
  ])('%s: %#', (_, change, expected) => {
    expect(verdict(change)).toBe(expected)
  })

  test('a refusal says what to do', () => {
    expect(mayVote(runbook, ballot({ requestedBy: 'U0APPROVER' }))).toMatchObject({
      message:
        'You asked for this yourself: another person with the role approver or admin has to decide. ' +
        'To withdraw it, cancel the job.',
    })
    expect(mayVote(runbook, ballot(by('U0VIEWER')))).toMatchObject({
      values: { command: 'approve', roles: ['approver', 'admin'] },
      message:
        'Person U0VIEWER may not approve in production. That takes the role approver or admin. ' +
        'Ask Person U0ADMIN if you need it.',
    })
  })

  const account = fc.constantFrom(
    'U0VIEWER',
    'U0OPERATOR',
    'U0APPROVER',
    'W0APPROVER',
    'U0SECOND',
    'U0ADMIN',
    'W0ADMIN',
    'U0STRANGER',
  )

  test('whoever clicks how often, a grant takes a quorum of others with the role', () => {
    fc.assert(
      fc.property(
        account,
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.record({ slack: account, groups: fc.subarray(['S0OPS', 'S0APPROVERS']) }), {
          maxLength: 30,
        }),
        (requestedBy, quorum, clicks) => {
          const votes: { person: string; decision: 'approve'; at: Date }[] = []
          for (const voter of clicks) {
            const answer = mayVote(runbook, ballot({ voter, requestedBy, votes }))
            if (!answer.allowed) continue
            const held = rolesOf(runbook, voter, { command: 'deploy', environment: 'production' })
            expect(held.some((role) => policy.roles.includes(role))).toBe(true)
            votes.push({ person: voter.slack, decision: 'approve', at: minute(1) })
          }
          const human = (slack: string): string => slack.slice(1)
          const humans = new Set(votes.map(({ person }) => human(person)))
          expect(humans.has(human(requestedBy))).toBe(false)
          expect(humans.size).toBe(votes.length)
          const state = approvalState({ ...policy, quorum }, votes, { now: minute(2), expiresAt })
          expect(state.state).toBe(humans.size >= quorum ? 'granted' : 'pending')
        },
      ),
    )
  })
})
