import { nextTime } from '../alerts/cron.ts'
import { alertingProblems } from './alerting-references.ts'
import { onCallProblems } from './on-call-references.ts'
import { repeatsIn, unknown, type Path, type ReferenceProblem } from './reference-problem.ts'
import type { Role, Runbook } from './runbook-schema.ts'

/** Everything one part of the file says of another that is not so there. */
export function checkReferences(runbook: Runbook): ReferenceProblem[] {
  return [
    ...unknownEnvironments(runbook),
    ...unknownComponents(runbook),
    ...unknownLinks(runbook),
    ...onCallProblems(runbook),
    ...repeats(runbook),
    ...impossibleApprovals(runbook),
    ...endlessWindows(runbook),
    ...alertingProblems(runbook),
  ]
}

function unknownEnvironments(runbook: Runbook): ReferenceProblem[] {
  const known = Object.keys(runbook.environments)
  const unknownIn = (environments: readonly string[] | undefined, path: Path): ReferenceProblem[] =>
    (environments ?? []).flatMap((environment, index) =>
      unknown([...path, 'environments', index], environment, { what: 'environment', known }),
    )
  const holders = [
    ...runbook.people.map(({ grants }, index) => ({ grants, path: ['people', index] })),
    ...runbook.slack.userGroups.map(({ grants }, index) => ({
      grants,
      path: ['slack', 'userGroups', index],
    })),
  ]
  return [
    ...holders.flatMap(({ grants, path }) =>
      grants.flatMap((grant, index) => unknownIn(grant.environments, [...path, 'grants', index])),
    ),
    ...runbook.permissions.flatMap((rule, index) => unknownIn(rule.environments, ['permissions', index])),
    ...runbook.freezeWindows.flatMap((window, index) =>
      unknownIn(window.environments, ['freezeWindows', index]),
    ),
    ...runbook.schedules.flatMap(({ job }, index) => {
      const { environment } = job.params
      if (environment === undefined) return []
      return unknown(['schedules', index, 'job', 'params', 'environment'], environment, {
        what: 'environment',
        known,
      })
    }),
  ]
}

function unknownComponents(runbook: Runbook): ReferenceProblem[] {
  const known = Object.keys(runbook.components)
  return Object.entries(runbook.environments).flatMap(([environment, { resources, release }]) => {
    const path = ['environments', environment]
    return [
      ...Object.keys(resources).map((name) => ({ name, path: [...path, 'resources', name] })),
      ...Object.keys(release.components).map((name) => ({
        name,
        path: [...path, 'release', 'components', name],
      })),
    ].flatMap((used) => unknown(used.path, used.name, { what: 'component', known }))
  })
}

function unknownLinks(runbook: Runbook): ReferenceProblem[] {
  const known = Object.keys(runbook.links)
  return runbook.dashboards.flatMap(({ link }, index) =>
    unknown(['dashboards', index, 'link'], link, { what: 'link', known }),
  )
}

function repeats(runbook: Runbook): ReferenceProblem[] {
  const { people, slack, schedules, alerting } = runbook
  const accounts = people.flatMap((person, index) => [
    ...(person.slack === undefined ? [] : [{ key: person.slack, path: ['people', index, 'slack'] }]),
    ...person.otherSlack.map((key, place) => ({ key, path: ['people', index, 'otherSlack', place] })),
  ])
  return [
    accounts,
    people.map(({ id }, index) => ({ key: id, path: ['people', index, 'id'] })),
    slack.userGroups.map(({ id }, index) => ({ key: id, path: ['slack', 'userGroups', index, 'id'] })),
    schedules.map(({ name }, index) => ({ key: name, path: ['schedules', index, 'name'] })),
    alerting.levels.map(({ level }, index) => ({ key: level, path: ['alerting', 'levels', index, 'level'] })),
    alerting.escalation.map(({ level }, index) => ({
      key: level,
      path: ['alerting', 'escalation', index, 'level'],
    })),
  ].flatMap(repeatsIn)
}

/** An approval that too few people could give would leave every such job waiting until it expires. */
function impossibleApprovals(runbook: Runbook): ReferenceProblem[] {
  return runbook.permissions.flatMap(({ approval }, index) => {
    const able = approval ? countAble(runbook, approval.roles) : 0
    if (!approval || able >= approval.quorum) return []
    const message = `expected at most ${able}: so many people with a Slack id may hold the role ${approval.roles.join(' or ')}`
    return [{ path: ['permissions', index, 'approval', 'quorum'], message }]
  })
}

/** How many people could hold one of the roles; anybody may be in a Slack user group that does. */
function countAble(runbook: Runbook, wanted: readonly Role[]): number {
  const holds = ({ grants }: { grants: readonly { role: Role }[] }): boolean =>
    grants.some(({ role }) => wanted.includes(role))
  const reachable = runbook.people.filter(
    ({ slack, otherSlack }) => slack !== undefined || otherSlack.length > 0,
  )
  return runbook.slack.userGroups.some(holds) ? reachable.length : reachable.filter(holds).length
}

/** A window that begins again before it has ended would never end. */
function endlessWindows(runbook: Runbook): ReferenceProblem[] {
  const windows = [
    ...runbook.freezeWindows.map((window, index) => ({ window, path: ['freezeWindows', index, 'minutes'] })),
    { window: runbook.maintenance, path: ['maintenance', 'minutes'] },
  ]
  return windows.flatMap(({ window, path }) => {
    const first = nextTime(window.starts, runbook.timeZone, new Date(Date.UTC(2026, 0, 1)))
    const second = nextTime(window.starts, runbook.timeZone, first)
    const apartMinutes = (second.getTime() - first.getTime()) / 60_000
    if (window.minutes <= apartMinutes) return []
    return [{ path, message: `expected at most ${apartMinutes}, because it starts again after that` }]
  })
}
