import { expect, test } from 'vitest'
import { problemsAfter } from './runbook-testing.ts'

const environments = 'development, staging, production'

test.each([
  ['environments: [production]', 'environments: [prod]', 'permissions.0.environments.0 is "prod"'],
  ['- role: viewer', '- { role: viewer, environments: [qa] }', 'people.3.grants.0.environments.0 is "qa"'],
  [
    '- role: operator',
    '- { role: operator, environments: [qa] }',
    'slack.userGroups.0.grants.0.environments.0 is "qa"',
  ],
  [
    'params: { environment: production }',
    'params: { environment: 1 }',
    'schedules.0.job.params.environment is 1',
  ],
  [
    'freezeWindows: []',
    "freezeWindows: [{ name: X, environments: [qa], starts: '0 0 1 1 *', minutes: 5 }]",
    'freezeWindows.0.environments.0 is "qa"',
  ],
])('an environment has to be there: %s', (from, to, problem) => {
  expect(problemsAfter(from, to)).toEqual([
    `${problem}: no such environment; expected one of ${environments}`,
  ])
})

test('a component has to be there', () => {
  const known = 'frontend, backend, worker, database, caching, queue, load-balancer, monitoring, logging'
  const value = (memoryGb: number, cpu: number): string => JSON.stringify({ instances: 1, cpu, memoryGb })
  expect(problemsAfter('  cache: Redis\n', '  caching: Redis\n')).toEqual([
    `environments.development.resources.cache is ${value(1, 1)}: no such component; expected one of ${known}`,
    `environments.staging.resources.cache is ${value(2, 1)}: no such component; expected one of ${known}`,
    `environments.production.resources.cache is ${value(4, 2)}: no such component; expected one of ${known}`,
  ])
  expect(problemsAfter('  worker: Celery\n', '').join()).toContain(
    'environments.production.release.components.worker is {',
  )
})

test('a link has to be there', () => {
  expect(problemsAfter('link: dashboard-system', 'link: constructor')).toEqual([
    'dashboards.0.link is "constructor": no such link; expected one of dashboard-system, dashboard-application, ' +
      'dashboard-business, logs, traces, pagerduty, status-page, repository',
  ])
})

test.each([
  ['slack: U0VIEWER', 'slack: U0ADMIN', 'people.3.slack is "U0ADMIN": the same as people.2.slack'],
  [
    'slack: U0VIEWER',
    'slack: U0VIEWER\n    otherSlack: [U0ADMIN]',
    'people.3.otherSlack.0 is "U0ADMIN": the same as people.2.slack',
  ],
  ['id: ana-lima', 'id: pedro-costa', 'people.3.id is "pedro-costa": the same as people.2.id'],
  ['id: S0APPROVERS', 'id: S0OPS', 'slack.userGroups.1.id is "S0OPS": the same as slack.userGroups.0.id'],
  [
    '- { level: 2, who',
    '- { level: 1, who',
    'alerting.escalation.1.level is 1: the same as alerting.escalation.0.level',
  ],
])('each has an id of its own: %s → %s', (from, to, problem) => {
  expect(problemsAfter(from, to)).toEqual([`${problem}; expected one of its own`])
})

test('there are people enough for an approval', () => {
  const only = (role: string) => ({
    from: 'quorum: 1\n      roles: [approver, admin]',
    to: `quorum: 2\n      roles: [${role}]`,
  })
  expect(problemsAfter('quorum: 1', 'quorum: 5')).toEqual([
    'permissions.0.approval.quorum is 5: expected at most 4: so many people with a Slack id may hold the role approver or admin',
  ])
  expect(problemsAfter(only('admin').from, only('admin').to)).toEqual([
    'permissions.0.approval.quorum is 2: expected at most 1: so many people with a Slack id may hold the role admin',
  ])
  expect(problemsAfter(only('approver').from, only('approver').to)).toEqual([])
})

test('a window ends before it begins again', () => {
  const window = (minutes: number): string =>
    `freezeWindows: [{ name: X, environments: [staging], starts: '0 18 * * 5', minutes: ${minutes} }]`
  expect(problemsAfter('freezeWindows: []', window(10_080))).toEqual([])
  expect(problemsAfter('freezeWindows: []', window(10_081))).toEqual([
    'freezeWindows.0.minutes is 10081: expected at most 10080, because it starts again after that',
  ])
  expect(problemsAfter('minutes: 240', 'minutes: 44000')).toEqual([
    'maintenance.minutes is 44000: expected at most 40320, because it starts again after that',
  ])
})
