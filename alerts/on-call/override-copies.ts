import { recordAudit } from '../../db/audit.ts'
import {
  endOverrideCopy,
  isOverrideShared,
  markOverrideCopied,
  takeOverrideCopy,
  withdrawOverride,
  type OverrideCopy,
} from '../../db/override-copies.ts'
import { transaction, type Pool } from '../../db/pool.ts'
import type { Rest } from '../pagerduty/rest.ts'

export type OverrideRest = Pick<Rest, 'overridesOf' | 'addOverride' | 'removeOverride' | 'users'>

/** What became of it. `waiting`: PagerDuty does not answer, it is told later. */
export type Copied = { result: 'told' } | { result: 'waiting' } | { result: 'refused'; reason: string }

interface CopyDeps {
  pool: Pool
  rest: OverrideRest
}

/** Longer than all the calls about one. */
const leaseSeconds = 60

/** Tells PagerDuty of an override, or of its end, now; null: there is nothing to be told now. */
export async function copyOverride(deps: CopyDeps, id: number | null = null): Promise<Copied | null> {
  const copy = await takeOverrideCopy(deps.pool, { id, leaseSeconds })
  if (!copy) return null
  return copy.cancelledBy === null ? await write(deps, copy) : await remove(deps, copy)
}

/** One whose answer got lost, or which is there anyway, is not written once more: it is looked for first. */
async function write({ pool, rest }: CopyDeps, copy: OverrideCopy): Promise<Copied> {
  if (copy.isOver) return await refuse(pool, copy, 'its time was over before PagerDuty answered')
  const found = await find(rest, copy)
  if (!found.ok) return await failed(pool, copy, found)
  if (found.id !== null) return await written(pool, copy, found.id)
  const { schedule, startsAt: start, plannedEnd: end, user } = copy
  const made = await rest.addOverride(schedule, { start, end, user })
  if (!made.ok) return await failed(pool, copy, made)
  const [one] = made.value
  if (one?.override.id !== undefined && one.status < 300) return await written(pool, copy, one.override.id)
  return await refuse(pool, copy, one?.errors?.join('; ').slice(0, 300) ?? `PagerDuty answers ${one?.status}`)
}

async function written(pool: Pool, copy: OverrideCopy, id: string): Promise<Copied> {
  await markOverrideCopied(pool, copy.id, id)
  return { result: 'told' }
}

async function remove({ pool, rest }: CopyDeps, copy: OverrideCopy): Promise<Copied> {
  const found =
    copy.pagerdutyOverride === null
      ? await find(rest, copy)
      : { ok: true as const, id: copy.pagerdutyOverride }
  if (!found.ok && found.isPassing) return { result: 'waiting' }
  if (found.ok && found.id !== null && !copy.isOver && !(await isOverrideShared(pool, copy, found.id))) {
    const removed = await rest.removeOverride(copy.schedule, found.id)
    if (!removed.ok && removed.isPassing) return { result: 'waiting' }
    if (!removed.ok && removed.status !== 404) {
      await endOverrideCopy(pool, copy.id)
      return { result: 'refused', reason: removed.reason }
    }
  }
  await endOverrideCopy(pool, copy.id)
  return { result: 'told' }
}

type Found = { ok: true; id: string | null } | { ok: false; reason: string; isPassing: boolean }

/** PagerDuty's times may have no fractions of a second. */
const isSameMoment = (one: string, other: Date): boolean =>
  Math.abs(Date.parse(one) - other.getTime()) < 1_000

async function find(rest: OverrideRest, copy: OverrideCopy): Promise<Found> {
  const { schedule, startsAt, plannedEnd, user } = copy
  const known = await rest.overridesOf(schedule, { since: startsAt, until: plannedEnd })
  if (!known.ok) return known
  const same = known.value.overrides.find(
    (one) => one.user.id === user && isSameMoment(one.start, startsAt) && isSameMoment(one.end, plannedEnd),
  )
  return { ok: true, id: same?.id ?? null }
}

async function failed(
  pool: Pool,
  copy: OverrideCopy,
  { isPassing, reason }: { isPassing: boolean; reason: string },
): Promise<Copied> {
  return isPassing ? { result: 'waiting' } : await refuse(pool, copy, reason)
}

async function refuse(pool: Pool, { id, rotation, person }: OverrideCopy, reason: string): Promise<Copied> {
  await transaction(pool, async (tx) => {
    await withdrawOverride(tx, id)
    const details = { id, person, reason }
    await recordAudit(tx, {
      actor: 'plantao',
      action: 'cancel-override',
      subject: `on-call/${rotation}`,
      details,
    })
  })
  return { result: 'refused', reason }
}

/** Who somebody is in PagerDuty, by the id in the runbook file or by e-mail. Null: nobody. `later`: it does not say now. */
export async function pagerDutyUser(
  rest: Pick<OverrideRest, 'users'>,
  person: { email?: string | undefined; pagerduty?: string | undefined },
): Promise<{ id: string } | 'later' | null> {
  if (person.pagerduty !== undefined) return { id: person.pagerduty }
  const email = person.email?.toLowerCase()
  if (email === undefined) return null
  const found = await rest.users(email)
  if (!found.ok) return found.isPassing ? 'later' : null
  const user = found.value.users.find((one) => one.email?.toLowerCase() === email)
  return user ? { id: user.id } : null
}
