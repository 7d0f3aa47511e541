import type { ApprovalPolicy } from '../db/jobs.ts'
import { admins, displayName, findPerson, type PersonRef } from './people.ts'
import {
  commands,
  roles,
  type Command,
  type Grant,
  type PermissionRule,
  type Role,
  type Runbook,
} from './runbook-file.ts'

/** Who asks: a Slack id and the Slack user groups it belongs to. */
export interface Asker {
  slack: string
  groups: readonly string[]
  /** Roles given to them from Slack, besides what the runbook file grants. */
  granted?: readonly Role[]
}

/** A no, ready to be a Refusal. */
export interface Refused {
  allowed: false
  code: 'unknown-person' | 'not-allowed'
  values: Record<string, unknown>
  message: string
}

export type Permission = { allowed: true; roles: Role[]; approval: ApprovalPolicy | null } | Refused

/**
 * Decides by the runbook file whether somebody may give a command. The first rule that names the command and the
 * environment decides; no rule means no. `environment` is null for what concerns none.
 */
export function permission(
  runbook: Runbook,
  who: Asker,
  command: Command,
  environment: string | null,
): Permission {
  if (!isKnown(runbook, who)) return unknownPerson(runbook, who)
  const held = rolesOf(runbook, who, { command, environment })
  const rule = ruleFor(runbook, command, environment)
  if (!rule?.roles.some((role) => held.includes(role))) {
    return notAllowed(runbook, who, { command, environment, may: rule?.roles ?? [] })
  }
  return { allowed: true, roles: held, approval: rule.approval ?? null }
}

/**
 * The roles somebody holds for a command in an environment: their own grants and those of their Slack user
 * groups, as far as each reaches, and what they were given from Slack. Somebody the runbook file does not name holds
 * only the latter, whatever their groups: without a name nobody can tell whether two accounts are one person.
 */
export function rolesOf(
  runbook: Runbook,
  who: Asker,
  where: { command: Command; environment: string | null },
): Role[] {
  return rolesAmong(
    grantsOf(runbook, who).filter((grant) => reaches(grant, where.command, where.environment)),
  )
}

/** Who somebody is to Plantão and everything they may do, for `whoami` and for the forms of the bot. */
export function whoIs(
  runbook: Runbook,
  who: Asker,
): {
  person: PersonRef & { title: string | null; known: boolean }
  roles: Role[]
  may: { command: Command; environments: string[]; needsApproval: string[] }[]
  admins: PersonRef[]
} {
  const person = findPerson(runbook, who.slack)
  return {
    person: {
      slack: who.slack,
      name: displayName(runbook, who.slack),
      title: person?.title ?? null,
      known: isKnown(runbook, who),
    },
    roles: rolesAmong(grantsOf(runbook, who)),
    may: rightsOf(runbook, who),
    admins: admins(runbook),
  }
}

/** Commands that concern the whole product: permission is asked for them without an environment. */
const withoutEnvironment: ReadonlySet<Command> = new Set(['sync', 'incident', 'read'])

/** Every command somebody may give, with the environments they may give it in, if it has any. */
function rightsOf(
  runbook: Runbook,
  who: Asker,
): { command: Command; environments: string[]; needsApproval: string[] }[] {
  return commands.flatMap((command) => {
    if (withoutEnvironment.has(command)) {
      const allowed = permission(runbook, who, command, null).allowed
      return allowed ? [{ command, environments: [], needsApproval: [] }] : []
    }
    const verdicts = Object.keys(runbook.environments).map((environment) => ({
      environment,
      verdict: permission(runbook, who, command, environment),
    }))
    const allowed = verdicts.filter(({ verdict }) => verdict.allowed)
    const approved = allowed.filter(({ verdict }) => verdict.allowed && verdict.approval !== null)
    const names = (list: typeof verdicts): string[] => list.map(({ environment }) => environment)
    return allowed.length === 0
      ? []
      : [{ command, environments: names(allowed), needsApproval: names(approved) }]
  })
}

/** Whether the runbook file names somebody, or they were given a role. */
export const isKnown = (runbook: Runbook, who: Asker): boolean =>
  findPerson(runbook, who.slack) !== null || (who.granted ?? []).length > 0

/** Whether somebody administers everything: they alone give roles and take them back. */
export const isAdmin = (runbook: Runbook, who: Asker): boolean =>
  grantsOf(runbook, who).some(
    (grant) => grant.role === 'admin' && grant.commands === undefined && grant.environments === undefined,
  )

/** A refusal of somebody the runbook file does not name. */
export function unknownPerson(runbook: Runbook, who: Asker): Refused {
  return {
    allowed: false,
    code: 'unknown-person',
    values: { slack: who.slack, admins: admins(runbook) },
    message: `Plantão does not know ${who.slack}. ${askAdmins(runbook, 'to add you to the runbook file')}`,
  }
}

/** A refusal that says who may, and whom to ask. */
export function notAllowed(
  runbook: Runbook,
  who: Asker,
  what: { command: Command | 'approve' | 'grant'; environment: string | null; may: readonly string[] },
): Refused {
  const { command, environment, may } = what
  const deed = environment === null ? command : `${command} in ${environment}`
  const allowed = may.length === 0 ? 'Nobody may' : `That takes the role ${may.join(' or ')}`
  return {
    allowed: false,
    code: 'not-allowed',
    values: { slack: who.slack, command, environment, roles: [...may], admins: admins(runbook) },
    message: `${displayName(runbook, who.slack)} may not ${deed}. ${allowed}. ${askAdmins(runbook, 'if you need it')}`,
  }
}

function askAdmins(runbook: Runbook, what: string): string {
  const names = admins(runbook).map(({ name }) => name)
  return names.length === 0
    ? `The runbook file names no admin: ask whoever keeps it ${what}.`
    : `Ask ${names.join(' or ')} ${what}.`
}

function ruleFor(runbook: Runbook, command: Command, environment: string | null): PermissionRule | undefined {
  return runbook.permissions.find((rule) => reaches(rule, command, environment))
}

function grantsOf(runbook: Runbook, who: Asker): Grant[] {
  const person = findPerson(runbook, who.slack)
  const granted = (who.granted ?? []).map((role) => ({ role }))
  if (!person) return granted
  const groups = runbook.slack.userGroups.filter(({ id }) => who.groups.includes(id))
  return [...person.grants, ...groups.flatMap(({ grants }) => grants), ...granted]
}

/** In the order of `roles`, each once. */
const rolesAmong = (grants: readonly Grant[]): Role[] =>
  roles.filter((role) => grants.some((grant) => grant.role === role))

/** Absent lists leave nothing out; a list of environments leaves out what has none. */
function reaches(
  scope: Pick<Grant, 'commands' | 'environments'>,
  command: Command,
  environment: string | null,
): boolean {
  if (scope.commands !== undefined && !scope.commands.includes(command)) return false
  return (
    scope.environments === undefined || (environment !== null && scope.environments.includes(environment))
  )
}
