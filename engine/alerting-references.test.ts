import { expect, test } from 'vitest'
import { alertingWarnings } from './alerting-references.ts'
import { parseRunbook } from './runbook-file.ts'
import { defaultText, problemsAfter } from './runbook-testing.ts'

test.each([
  [
    'a rule twice',
    '- name: database-down',
    '- name: system-down',
    'alerting.rules.4.name is "system-down": the same as alerting.rules.0.name',
  ],
  [
    'a rule with a name of ours',
    '- name: database-slow',
    '- name: storm',
    'alerting.rules.6.name is "storm": stands for what no rule made',
  ],
  [
    'a dashboard that is not there',
    'dashboard: dashboard-business',
    'dashboard: dashboard-fun',
    'is "dashboard-fun": no such link; expected one of',
  ],
  [
    'an inhibited rule that is not there',
    '        - system-down\n',
    '        - sytem-down\n',
    'alerting.inhibitions.0.rules.0 is "sytem-down": no such rule; expected one of system-down,',
  ],
  [
    'a kind of job that is not there',
    'jobs: [restore]',
    'jobs: [restart]',
    'alerting.inhibitions.0.jobs.0 is "restart": no such kind of job',
  ],
  [
    'a regular expression that is none',
    "matches: '(Security",
    "matches: '((Security",
    'alerting.rules.12.when.alertname',
  ],
])('%s is refused by its path', (_, before, after, problem) => {
  expect(problemsAfter(before, after).join('\n')).toContain(problem)
})

test('rules name sections of a runbook that is nowhere to be read: allowed, and warned of', () => {
  const runbook = parseRunbook(defaultText)
  expect(alertingWarnings(runbook)).toEqual([
    'links.runbook is not set: incidents cannot link to the runbookSection of their rule',
  ])
  const link = 'https://wiki.test/runbook'
  expect(alertingWarnings({ ...runbook, links: { ...runbook.links, runbook: link } })).toEqual([])
})
