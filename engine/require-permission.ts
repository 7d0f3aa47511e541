import type { ApprovalPolicy } from '../db/jobs.ts'
import { grantsOf } from '../db/grants.ts'
import { groupsOf } from '../db/user-groups.ts'
import type { EngineContext } from './context.ts'
import { Refusal } from './failures.ts'
import { permission, type Asker } from './permission.ts'
import type { Command } from './runbook-file.ts'

/** Who somebody is to the permission rules: a Slack id, its Slack user groups and the roles it was given. */
export async function identify(
  context: Pick<EngineContext, 'pool' | 'runbook'>,
  slack: string,
): Promise<Asker> {
  const { pool, runbook } = context
  const [groups, grants] = await Promise.all([
    runbook.slack.userGroups.length > 0 ? groupsOf(pool, slack) : [],
    grantsOf(pool, slack),
  ])
  for (const { name } of grants) runbook.guests?.set(slack, name)
  return { slack, groups, granted: grants.map(({ role }) => role) }
}

/** Identifies somebody and throws a Refusal unless they may; returns the approval that is still needed. */
export async function requirePermission(
  context: Pick<EngineContext, 'pool' | 'runbook'>,
  slack: string,
  command: Command,
  environment: string | null,
): Promise<ApprovalPolicy | null> {
  return permitted(context, await identify(context, slack), { command, environment })
}

/** Throws a Refusal unless this person may; returns the approval that is still needed. The engine's schedules may all. */
export function permitted(
  context: Pick<EngineContext, 'runbook'>,
  who: Asker,
  what: { command: Command; environment: string | null },
): ApprovalPolicy | null {
  if (isSchedule(who.slack)) return null
  const verdict = permission(context.runbook, who, what.command, what.environment)
  if (verdict.allowed) return verdict.approval
  throw new Refusal(verdict.code, verdict.values, verdict.message)
}

/** Schedules of the runbook file act in the engine's own name; no outside request can carry such an id. */
const isSchedule = (actor: string): boolean => actor.startsWith('schedule:')
