import {
  accessSubject,
  decideAccess,
  findAccessRequest,
  openAccessRequest,
  requestAccess,
  type AccessRequest,
} from '../db/access-requests.ts'
import { recordAudit } from '../db/audit.ts'
import { grantRole, grantsOf, revokeGrants, type RoleGrant } from '../db/grants.ts'
import { transaction } from '../db/pool.ts'
import type { EngineContext } from './context.ts'
import { Refusal } from './failures.ts'
import { isAdmin, isKnown, notAllowed } from './permission.ts'
import { findPerson } from './people.ts'
import { identify } from './require-permission.ts'

type Context = Pick<EngineContext, 'pool' | 'runbook'>

/** Somebody asks to be let in; the admins are told. Asking twice is asking once. */
export async function askForAccess(
  context: Context,
  who: { by: string; name: string },
): Promise<AccessRequest> {
  if (isKnown(context.runbook, await identify(context, who.by))) {
    const detail = 'You have access already: /ops whoami says what you may do.'
    throw new Refusal('has-access', { slack: who.by }, detail)
  }
  return await transaction(context.pool, async (tx) => {
    const { request, created } = await requestAccess(tx, { slack: who.by, name: who.name })
    if (created) {
      const subject = accessSubject(request.id)
      await recordAudit(tx, {
        actor: who.by,
        action: 'access.requested',
        subject,
        details: { name: who.name },
      })
    }
    return request
  })
}

export interface Decision {
  id: number
  by: string
}

/** Gives who asked a role, for so many hours or (null) until it is revoked. Admins only; the first decision counts. */
export async function grantAccess(
  context: Context,
  decision: Decision & { role: RoleGrant['role']; hours: number | null },
): Promise<void> {
  const { id, by, role, hours } = decision
  await requireAdmin(context, by)
  await transaction(context.pool, async (tx) => {
    const request = await decideAccess(tx, { id, by, state: 'granted' })
    if (!request) throw await decidedAlready(context, id)
    const { slack, name } = request
    await grantRole(tx, { slack, name, role, grantedBy: by, hours, requestId: id })
    const details = { slack, name, role, hours }
    await recordAudit(tx, { actor: by, action: 'access.granted', subject: accessSubject(id), details })
    context.runbook.guests?.set(slack, name)
  })
}

export async function refuseAccess(context: Context, { id, by }: Decision): Promise<void> {
  await requireAdmin(context, by)
  await transaction(context.pool, async (tx) => {
    const request = await decideAccess(tx, { id, by, state: 'refused' })
    if (!request) throw await decidedAlready(context, id)
    const details = { slack: request.slack, name: request.name }
    await recordAudit(tx, { actor: by, action: 'access.refused', subject: accessSubject(id), details })
  })
}

/** Takes back every role somebody was given from Slack. What the runbook file grants stays. */
export async function revokeAccess(context: Context, act: { slack: string; by: string }): Promise<number> {
  await requireAdmin(context, act.by)
  return await transaction(context.pool, async (tx) => {
    const revoked = await revokeGrants(tx, act.slack, act.by)
    if (revoked > 0) {
      const details = { slack: act.slack, revoked }
      await recordAudit(tx, {
        actor: act.by,
        action: 'access.revoked',
        subject: `person/${act.slack}`,
        details,
      })
    }
    return revoked
  })
}

/** Whether somebody has been let in, waits for that, or has yet to ask. */
export async function accessOf(context: Context, slack: string): Promise<'granted' | 'asked' | 'none'> {
  if (findPerson(context.runbook, slack) || (await grantsOf(context.pool, slack)).length > 0) return 'granted'
  return (await openAccessRequest(context.pool, slack)) ? 'asked' : 'none'
}

export async function accessRequest(context: Context, id: number): Promise<AccessRequest> {
  const request = await findAccessRequest(context.pool, id)
  if (!request) throw new Refusal('not-found', {}, `There is no access request ${id}.`)
  return request
}

async function requireAdmin(context: Context, by: string): Promise<void> {
  const who = await identify(context, by)
  if (isAdmin(context.runbook, who)) return
  const { code, values, message } = notAllowed(context.runbook, who, {
    command: 'grant',
    environment: null,
    may: ['admin'],
  })
  throw new Refusal(code, values, message)
}

async function decidedAlready(context: Context, id: number): Promise<Refusal> {
  const { state } = await accessRequest(context, id)
  return new Refusal('access-decided', { state }, `This request is ${state} already.`)
}
