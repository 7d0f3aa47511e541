import type { ApprovalPolicy } from '../db/jobs.ts'
import { groupsOf } from '../db/user-groups.ts'
import type { EngineContext } from './context.ts'
import { Refusal } from './failures.ts'
import { permission } from './permission.ts'
import type { Command } from './runbook-file.ts'

/** Who somebody is to the permission rules: a Slack id and the Slack user groups it belongs to. */
export async function identify(
  context: Pick<EngineContext, 'pool' | 'runbook'>,
  slack: string,
): Promise<{ slack: string; groups: string[] }> {
  const groups = context.runbook.slack.userGroups.length > 0 ? await groupsOf(context.pool, slack) : []
  return { slack, groups }
}

/** Throws a Refusal unless this person may; returns the approval that is still needed. The engine's schedules may all. */
export async function requirePermission(
  context: Pick<EngineContext, 'pool' | 'runbook'>,
  slack: string,
  command: Command,
  environment: string | null,
): Promise<ApprovalPolicy | null> {
  if (isSchedule(slack)) return null
  const verdict = permission(context.runbook, await identify(context, slack), command, environment)
  if (verdict.allowed) return verdict.approval
  throw new Refusal(verdict.code, verdict.values, verdict.message)
}

/** Schedules of the runbook file act in the engine's own name; no outside request can carry such an id. */
export const isSchedule = (actor: string): boolean => actor.startsWith('schedule:')
