import { repeatsIn, unknown, type ReferenceProblem } from './reference-problem.ts'
import type { Runbook } from './runbook-schema.ts'

/** Names of rules that incidents have which no rule of the runbook file made. */
const ownRules = ['unmatched', 'storm', 'heartbeat', 'plantao', 'declared']
const jobKinds = ['deploy', 'rollback', 'restore', 'backup', 'sync']

/** What the alerting part of the file says of rules, links, jobs and environments that are not so. */
export function alertingProblems({ alerting, links, environments }: Runbook): ReferenceProblem[] {
  const rules = alerting.rules.map(({ name }) => name)
  const path = (...rest: (string | number)[]): (string | number)[] => ['alerting', ...rest]
  return [
    ...repeatsIn(rules.map((key, index) => ({ key, path: path('rules', index, 'name') }))),
    ...repeatsIn(
      alerting.heartbeats.map(({ name }, index) => ({ key: name, path: path('heartbeats', index, 'name') })),
    ),
    ...alerting.rules.flatMap(({ name, dashboard }, index) => [
      ...(ownRules.includes(name)
        ? [
            {
              path: path('rules', index, 'name'),
              message: 'stands for what no rule made; choose another name',
            },
          ]
        : []),
      ...(dashboard === undefined
        ? []
        : unknown(path('rules', index, 'dashboard'), dashboard, { what: 'link', known: Object.keys(links) })),
    ]),
    ...alerting.inhibitions.flatMap((inhibition, index) => [
      ...inhibition.jobs.flatMap((job, place) =>
        unknown(path('inhibitions', index, 'jobs', place), job, { what: 'kind of job', known: jobKinds }),
      ),
      ...inhibition.rules.flatMap((rule, place) =>
        unknown(path('inhibitions', index, 'rules', place), rule, { what: 'rule', known: rules }),
      ),
    ]),
    ...alerting.maintenance.environments.flatMap((environment, index) =>
      unknown(path('maintenance', 'environments', index), environment, {
        what: 'environment',
        known: Object.keys(environments),
      }),
    ),
  ]
}

/** What is allowed and yet leaves people without something that the file speaks of. */
export function alertingWarnings({ alerting, links }: Pick<Runbook, 'alerting' | 'links'>): string[] {
  const isNamed = alerting.rules.some(({ runbookSection }) => runbookSection !== undefined)
  return isNamed && links['runbook'] === undefined
    ? ['links.runbook is not set: incidents cannot link to the runbookSection of their rule']
    : []
}
