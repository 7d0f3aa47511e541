import { createRoute, z } from '@hono/zod-openapi'
import { announceOnCall } from '../../alerts/on-call/announce.ts'
import { personOnCall, type Roster } from '../../alerts/on-call/on-call.ts'
import { plantao } from '../../alerts/incidents.ts'
import { gaps, whoIsOnCall } from '../../alerts/on-call/roster.ts'
import { subjectRevision } from '../../db/announcements.ts'
import { recordAudit } from '../../db/audit.ts'
import {
  cancelOverride,
  createOverride,
  databaseTime,
  findNotice,
  findOverride,
  noticeSubject,
  type OpenIncident,
  type OverrideRow,
} from '../../db/on-call.ts'
import { transaction } from '../../db/pool.ts'
import type { EngineContext } from '../context.ts'
import { Refusal } from '../failures.ts'
import { rotationView } from '../on-call.ts'
import { findPerson, personRef } from '../people.ts'
import type { Runbook } from '../runbook-file.ts'
import { requirePermission } from '../require-permission.ts'
import { NewOverrideBody, OnCallNoticeView, OnCallView, OverrideView } from './incident-schemas.ts'
import { createRouter, jsonAnswer, jsonBody, problems } from './router.ts'
import { SlackUser } from './schemas.ts'

const tags = ['on call']
const params = z.object({ id: z.coerce.number().int().positive() })

const read = createRoute({
  method: 'get',
  path: '/v1/oncall',
  tags,
  responses: {
    200: jsonAnswer('Who is on call, and whom the matrix would call now', OnCallView),
    ...problems,
  },
})
const create = createRoute({
  method: 'post',
  path: '/v1/oncall/overrides',
  tags,
  request: jsonBody(NewOverrideBody),
  responses: {
    201: jsonAnswer('The override', OverrideView),
    200: jsonAnswer('The first of this idempotency key', OverrideView),
    ...problems,
  },
})
const cancel = createRoute({
  method: 'delete',
  path: '/v1/oncall/overrides/{id}',
  tags,
  request: { params, ...jsonBody(z.object({ by: SlackUser }).openapi('CancelOverride')) },
  responses: { 200: jsonAnswer('The override, which holds no longer', OverrideView), ...problems },
})
const notice = createRoute({
  method: 'get',
  path: '/v1/oncall/notices/{id}',
  tags,
  request: { params },
  responses: { 200: jsonAnswer('A hand-over, or a gap', OnCallNoticeView), ...problems },
})

/** Who is on call: to be read, and changed for a while. */
export function onCallRoutes(context: EngineContext) {
  const { pool, runbook, onCall } = context
  return createRouter()
    .openapi(read, async (c) => c.json(onCallView(context, await onCall.roster()), 200))
    .openapi(create, async (c) => {
      const { by, ...wanted } = c.req.valid('json')
      await requirePermission(context, by, 'incident', null)
      const rotation = knownRotation(runbook, wanted.rotation)
      const person = findPerson(runbook, wanted.person)
      if (!person) throw notInRunbook(wanted.person)
      const startsAt = wanted.startsAt === undefined ? null : new Date(wanted.startsAt)
      const endsAt = new Date(wanted.endsAt)
      if (startsAt && endsAt <= startsAt)
        throw refused('endsAt', 'comes before the beginning; give a later time')
      const inPagerDuty = await placeInPagerDuty(context, { rotation, person, startsAt })
      const { override, created } = await transaction(pool, async (tx) => {
        if (endsAt <= (await databaseTime(tx)))
          throw refused('endsAt', 'lies in the past; give a time to come')
        const { idempotencyKey } = wanted
        const made = { rotation, person: person.id, startsAt, endsAt, createdBy: by, idempotencyKey }
        const recorded = await createOverride(tx, { ...made, inPagerDuty })
        if (recorded.created) await audit(tx, by, 'override-on-call', recorded.override)
        return recorded
      })
      const view = await toldPagerDuty(context, override)
      await sayNow(context)
      return created ? c.json(view, 201) : c.json(view, 200)
    })
    .openapi(cancel, async (c) => {
      const { by } = c.req.valid('json')
      const { id } = c.req.valid('param')
      await requirePermission(context, by, 'incident', null)
      const override = await transaction(pool, async (tx) => {
        const cancelled = await cancelOverride(tx, id, by)
        if (cancelled) await audit(tx, by, 'cancel-override', cancelled)
        return cancelled
      })
      if (!override) throw await notToCancel(context, id)
      const view = await toldPagerDuty(context, override)
      await sayNow(context)
      return c.json(view, 200)
    })
    .openapi(notice, async (c) => c.json(await noticeView(context, c.req.valid('param').id), 200))
}

function knownRotation(runbook: Pick<Runbook, 'onCall'>, asked: string | undefined): string {
  const known = runbook.onCall.rotations.map(({ name }) => name)
  const rotation = asked ?? known[0]
  if (rotation === undefined || !known.includes(rotation)) throw unknownRotation(rotation, known)
  return rotation
}

/** Null: PagerDuty does not keep the rotation. */
async function placeInPagerDuty(
  { onCall }: EngineContext,
  asked: { rotation: string; person: Runbook['people'][number]; startsAt: Date | null },
): Promise<{ schedule: string; user: string } | null> {
  const { rotation, person, startsAt } = asked
  if (!onCall.isKeptByPagerDuty(rotation)) return null
  const place = await onCall.placeInPagerDuty(rotation, person, startsAt)
  switch (place.result) {
    case 'found':
      return { schedule: place.schedule, user: place.user }
    case 'nobody':
      throw new Refusal(
        'not-in-pagerduty',
        { field: 'person', name: person.name },
        `person: no account of ${person.name} is known in PagerDuty; write pagerduty or email under people.`,
      )
    case 'no-answer':
      throw new Refusal(
        'unavailable',
        {},
        'PagerDuty, which keeps this rotation, does not answer; try again in a minute.',
      )
    case 'no-schedule': {
      const name = place.name ?? 'nobody'
      throw new Refusal(
        'roster-in-pagerduty',
        { field: 'rotation', rotation, person: name },
        `PagerDuty calls ${name} in ${rotation} directly, by no schedule: change the escalation policy there.`,
      )
    }
    case 'several':
      throw new Refusal(
        'roster-in-pagerduty',
        { field: 'rotation', rotation },
        `PagerDuty calls by several schedules in ${rotation}: name one under onCall.rotations[].pagerduty.schedule.`,
      )
  }
}

const refusedByPagerDuty = (reason: string): Refusal =>
  new Refusal('override-refused', { reason }, `PagerDuty did not take it: ${reason}`)

/** What has become of an override now that PagerDuty, where it keeps the rotation, was told. */
async function toldPagerDuty(context: EngineContext, override: OverrideRow) {
  const copied = override.isWaiting ? await context.onCall.copyOverrides(override.id) : null
  if (copied?.result === 'refused') throw refusedByPagerDuty(copied.reason)
  // Repeated: it was refused the first time.
  if (override.cancelledBy === plantao) throw refusedByPagerDuty('it has refused this before')
  const present = copied === null ? override : await findOverride(context.pool, override.id)
  return overrideView(context, present ?? override)
}

function unknownRotation(rotation: string | undefined, known: readonly string[]): Refusal {
  const sentence =
    rotation === undefined
      ? 'The runbook file has none: write one under onCall.rotations.'
      : `There is no ${rotation}; there is ${known.join(', ') || 'none'}.`
  return new Refusal('unknown-rotation', { field: 'rotation', rotation, known }, `rotation: ${sentence}`)
}

const notInRunbook = (slack: string): Refusal =>
  new Refusal(
    'not-in-runbook',
    { field: 'person', slack },
    `person: ${slack} is nobody of the runbook file; write them under people.`,
  )

function refused(field: string, message: string): Refusal {
  return new Refusal('invalid-request', { field }, `${field}: ${message}.`)
}

async function notToCancel({ pool }: EngineContext, id: number): Promise<Refusal> {
  if ((await findOverride(pool, id)) === null) return notFound('override', id)
  return new Refusal('override-over', { id }, `Override ${id} is over or was cancelled already.`)
}

async function audit(
  tx: Parameters<typeof recordAudit>[0],
  actor: string,
  action: string,
  { id, rotation, person, startsAt, endsAt }: OverrideRow,
): Promise<void> {
  const details = { id, person, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() }
  await recordAudit(tx, { actor, action, subject: `on-call/${rotation}`, details })
}

const gapsShownMs = 14 * 24 * 3_600_000

function onCallView(context: EngineContext, { at, rotations, overrides, isFallback }: Roster) {
  const { runbook, onCall } = context
  const until = new Date(at.getTime() + gapsShownMs)
  return {
    source: rotations.some(({ source }) => source === 'pagerduty')
      ? ('pagerduty' as const)
      : ('runbook' as const),
    isFallback,
    rotations: rotations.map((rotation) => ({
      ...rotationView(runbook, rotation, at),
      gaps: gaps(rotation.shifts, at)
        .filter(({ startsAt }) => startsAt < until)
        .map(({ startsAt, endsAt }) => ({
          startsAt: startsAt.toISOString(),
          endsAt: endsAt?.toISOString() ?? null,
        })),
    })),
    overrides: overrides.map((override) => overrideView(context, override)),
    levels: runbook.alerting.escalation
      .toSorted((one, other) => one.level - other.level)
      .map((level) => ({
        level: level.level,
        who: level.who,
        people: onCall.reached(level, at).map((id) => personOnCall(runbook.people, id)),
      })),
  }
}

function overrideView({ runbook }: Pick<EngineContext, 'runbook'>, override: OverrideRow) {
  const { id, rotation, person, startsAt, endsAt, createdBy, cancelledBy, isWaiting } = override
  return {
    id,
    rotation,
    person: personOnCall(runbook.people, person),
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
    createdBy: personRef(runbook, createdBy),
    cancelledBy: cancelledBy === null ? null : personRef(runbook, cancelledBy),
    isWaiting,
  }
}

const notFound = (what: 'override' | 'notice', id: number): Refusal =>
  new Refusal(
    'not-found',
    { [`${what}Id`]: id },
    `There is no ${what} ${id}. GET /v1/oncall shows what there is.`,
  )

/** Whom a level reaches is known at once; what cannot be said now is said within seconds by the loop. */
async function sayNow({ pool, onCall, runbook, logger }: EngineContext): Promise<void> {
  const { gapNoticeHours } = runbook.onCall
  await announceOnCall({ pool, onCall, gapNoticeHours }).catch((error: Error) => {
    logger.warn({ reason: error.message }, 'a change of who is on call could not be announced now')
  })
}

/** What the loop recorded: alerts/on-call/announce.ts. */
const HandOver = z.object({
  rotation: z.string(),
  from: z.string().nullable(),
  to: z.string(),
  at: z.string(),
  until: z.string().nullable(),
  isOverride: z.boolean(),
  incidents: z.custom<OpenIncident[]>(Array.isArray),
  total: z.number(),
})
const Gap = z.object({ rotation: z.string(), startsAt: z.string(), endsAt: z.string().nullable() })

async function noticeView({ pool, runbook, onCall }: EngineContext, id: number) {
  const revision = await subjectRevision(pool, noticeSubject(id))
  const found = await findNotice(pool, id)
  if (!found) throw notFound('notice', id)
  const person = (one: string) => personOnCall(runbook.people, one)
  if (found.kind === 'gap') {
    const { rotation, startsAt, endsAt } = Gap.parse(found.details)
    const { rotations } = await onCall.roster()
    const shifts = rotations.find(({ name }) => name === rotation)?.shifts ?? []
    const holder = whoIsOnCall(shifts, new Date(startsAt))?.person
    const coveredBy = holder === undefined ? null : person(holder)
    return { kind: found.kind, id, revision, rotation, startsAt, endsAt, coveredBy }
  }
  const { from, to, total, ...rest } = HandOver.parse(found.details)
  const fromPerson = from === null ? null : person(from)
  return { kind: found.kind, id, revision, ...rest, from: fromPerson, to: person(to), openIncidents: total }
}
