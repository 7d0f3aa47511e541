import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parseRunbook, RunbookFileInvalid } from './runbook-file.ts'

const text = await readFile('deploy/plantao.yaml', 'utf8')

function problemsOf(before: string, after: string): string[] {
  expect(text).toContain(before)
  try {
    parseRunbook(text.replace(before, after))
    return []
  } catch (error) {
    if (error instanceof RunbookFileInvalid) return error.problems
    throw error
  }
}

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
  expect(problemsOf(before, after).join('\n')).toContain(problem)
})
