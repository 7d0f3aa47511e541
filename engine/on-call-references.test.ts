import { expect, test } from 'vitest'
import { onCallWarnings } from './on-call-references.ts'
import { parseRunbook } from './runbook-file.ts'
import { defaultText, problemsAfter } from './runbook-testing.ts'

test.each([
  [
    'a person who is not there',
    'people: [maria-santos, pedro-costa]',
    'people: [maria-santos, peter]',
    'onCall.rotations.0.people.1 is "peter": no such person; expected one of joao-silva, maria-santos,',
  ],
  [
    'a rotation that is not there',
    'page: { rotation: primary }',
    'page: { rotation: secondary }',
    'alerting.escalation.0.page.rotation is "secondary": no such rotation; expected one of primary',
  ],
  [
    'somebody of the matrix who is not there',
    'page: { people: [cto] }',
    'page: { people: [coo] }',
    'alerting.escalation.2.page.people.0 is "coo": no such person',
  ],
  [
    'a day that is not there',
    "starts: '2026-01-05 09:00'",
    "starts: '2026-02-30 09:00'",
    'onCall.rotations.0.starts is "2026-02-30 09:00": a date and time such as 2026-01-05 09:00',
  ],
  [
    'a hand-over every minute',
    "handOver: '0 9 * * 1'",
    "handOver: '* * * * *'",
    'onCall.rotations.0.handOver is "* * * * *": expected at least 4 hours between hand-overs',
  ],
  [
    'two homes of one rotation',
    "starts: '2026-01-05 09:00'",
    "starts: '2026-01-05 09:00'\n      pagerduty: { schedule: P1, escalationPolicy: P2 }",
    'the id of either a schedule or an escalationPolicy',
  ],
])('%s is refused by its place', (_, before, after, expected) => {
  expect(problemsAfter(before, after).join('\n')).toContain(expected)
})

test('two rotations of one name are refused', () => {
  const before = "      starts: '2026-01-05 09:00'\n"
  const again = `${before}    - { name: primary, people: [pedro-costa], handOver: '0 9 * * 1', starts: '2026-01-05 09:00' }\n`
  expect(problemsAfter(before, again)).toEqual([
    'onCall.rotations.1.name is "primary": the same as onCall.rotations.0.name; expected one of its own',
  ])
})

test('a matrix level that reaches nobody is allowed, and warned of', () => {
  expect(onCallWarnings(parseRunbook(defaultText))).toEqual([
    'alerting.escalation: level 3 (CTO) reaches nobody in Slack: none of its people has a Slack id',
    'alerting.escalation: level 4 (CEO) reaches nobody in Slack: none of its people has a Slack id',
  ])
  const nobody = parseRunbook(defaultText.replace(', page: { people: [cto] }', ''))
  expect(onCallWarnings(nobody)[0]).toContain('level 3 (CTO) names nobody')
  const unreachable = parseRunbook(defaultText.replaceAll(/\n {4}slack: U0(OPERATOR|ADMIN)/g, ''))
  expect(onCallWarnings(unreachable)[0]).toContain(
    'level 1 (Engineer on-call) reaches nobody in Slack: nobody of primary has a Slack id',
  )
})
