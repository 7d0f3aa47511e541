import type { z } from 'zod'
import { nextTime } from './cron.ts'
import type { Role, Runbook } from './runbook-schema.ts'

type Path = (string | number)[]
type Report = (path: Path, message: string) => void

/** Adds a problem for each thing one part of the file says of another that is not so there. */
export function checkReferences(runbook: Runbook, context: z.RefinementCtx): void {
  const report: Report = (path, message) => context.addIssue({ code: 'custom', path, message })
  checkEnvironments(runbook, report)
  checkComponents(runbook, report)
  checkRepeats(runbook, report)
  checkApprovals(runbook, report)
  checkWindows(runbook, report)
  runbook.dashboards.forEach(({ link }, index) => {
    if (!Object.hasOwn(runbook.links, link)) {
      report(['dashboards', index, 'link'], `no such link; ${oneOf(Object.keys(runbook.links))}`)
    }
  })
}

function checkEnvironments(runbook: Runbook, report: Report): void {
  const known = Object.keys(runbook.environments)
  const check = (environments: readonly unknown[] | undefined, path: Path): void => {
    environments?.forEach((environment, index) => {
      if (typeof environment === 'string' && known.includes(environment)) return
      report([...path, index], `no such environment; ${oneOf(known)}`)
    })
  }
  runbook.permissions.forEach((rule, index) =>
    check(rule.environments, ['permissions', index, 'environments']),
  )
  runbook.freezeWindows.forEach((window, index) =>
    check(window.environments, ['freezeWindows', index, 'environments']),
  )
  const holders = [
    ...runbook.people.map((person, index) => ({ grants: person.grants, path: ['people', index] })),
    ...runbook.slack.userGroups.map((group, index) => ({
      grants: group.grants,
      path: ['slack', 'userGroups', index],
    })),
  ]
  for (const { grants, path } of holders) {
    grants.forEach((grant, index) => check(grant.environments, [...path, 'grants', index, 'environments']))
  }
  runbook.schedules.forEach(({ job }, index) => {
    const { environment } = job.params
    if (environment === undefined || known.some((name) => name === environment)) return
    report(['schedules', index, 'job', 'params', 'environment'], `no such environment; ${oneOf(known)}`)
  })
}

function checkComponents(runbook: Runbook, report: Report): void {
  const known = Object.keys(runbook.components)
  for (const [name, environment] of Object.entries(runbook.environments)) {
    const path = ['environments', name]
    for (const component of Object.keys(environment.resources)) {
      if (known.includes(component)) continue
      report([...path, 'resources', component], `no such component; ${oneOf(known)}`)
    }
    for (const component of Object.keys(environment.release.components)) {
      if (known.includes(component)) continue
      report([...path, 'release', 'components', component], `no such component; ${oneOf(known)}`)
    }
  }
}

function checkRepeats(runbook: Runbook, report: Report): void {
  const { people, slack, schedules, alerting } = runbook
  const accounts = people.flatMap((person, index) =>
    (person.slack === undefined ? [] : [person.slack])
      .concat(person.otherSlack)
      .map((account) => ({ key: account, path: ['people', index] })),
  )
  const lists: { what: string; entries: { key: unknown; path: Path }[] }[] = [
    { what: 'the Slack id', entries: accounts },
    { what: 'the id', entries: people.map(({ id }, index) => ({ key: id, path: ['people', index, 'id'] })) },
    {
      what: 'the id',
      entries: slack.userGroups.map(({ id }, index) => ({
        key: id,
        path: ['slack', 'userGroups', index, 'id'],
      })),
    },
    {
      what: 'the name',
      entries: schedules.map(({ name }, index) => ({ key: name, path: ['schedules', index, 'name'] })),
    },
    ...(['levels', 'escalation'] as const).map((list) => ({
      what: 'the level',
      entries: alerting[list].map(({ level }, index) => ({
        key: level,
        path: ['alerting', list, index, 'level'],
      })),
    })),
  ]
  for (const { what, entries } of lists) {
    const firsts = new Map<unknown, Path>()
    for (const { key, path } of entries) {
      const first = firsts.get(key)
      if (first) report(path, `has ${what} ${String(key)} of ${first.join('.')}; each may be there once`)
      else firsts.set(key, path)
    }
  }
}

/** An approval that too few people could give would leave every such job waiting until it expires. */
function checkApprovals(runbook: Runbook, report: Report): void {
  runbook.permissions.forEach(({ approval }, index) => {
    if (!approval) return
    const able = mayHold(runbook, approval.roles)
    if (able >= approval.quorum) return
    report(
      ['permissions', index, 'approval', 'quorum'],
      `only ${able} people with a Slack id hold one of the roles ${approval.roles.join(', ')}; ` +
        'ask for fewer, or grant the role to more',
    )
  })
}

/** How many people could hold one of the roles; anybody may be in a Slack user group that does. */
function mayHold(runbook: Runbook, wanted: readonly Role[]): number {
  const holds = ({ grants }: { grants: readonly { role: Role }[] }): boolean =>
    grants.some(({ role }) => wanted.includes(role))
  const reachable = runbook.people.filter((person) => person.slack !== undefined)
  return runbook.slack.userGroups.some(holds) ? reachable.length : reachable.filter(holds).length
}

function checkWindows(runbook: Runbook, report: Report): void {
  const windows = [
    ...runbook.freezeWindows.map((window, index) => ({ window, path: ['freezeWindows', index] })),
    { window: runbook.maintenance, path: ['maintenance'] },
  ]
  for (const { window, path } of windows) {
    const first = nextTime(window.starts, runbook.timeZone, new Date(Date.UTC(2026, 0, 1)))
    const second = nextTime(window.starts, runbook.timeZone, first)
    const apartMinutes = (second.getTime() - first.getTime()) / 60_000
    if (window.minutes > apartMinutes) {
      report(
        [...path, 'minutes'],
        `it starts again after ${apartMinutes} minutes; a window must end before that`,
      )
    }
  }
}

const oneOf = (names: readonly string[]): string => `expected one of ${names.join(', ')}`
