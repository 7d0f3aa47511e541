import { createRoute, z } from '@hono/zod-openapi'
import * as acts from '../../alerts/incidents.ts'
import { findIncident, incidentStates, listIncidents } from '../../db/incidents.ts'
import { retriedTransaction, transaction } from '../../db/pool.ts'
import type { Database } from '../../db/sql.ts'
import type { EngineContext } from '../context.ts'
import { Refusal } from '../failures.ts'
import { knownEnvironment } from '../request-job.ts'
import { requirePermission } from '../require-permission.ts'
import {
  AcknowledgeBody,
  AssignBody,
  ChannelBody,
  EscalateBody,
  IncidentSummary,
  IncidentView,
  NewIncidentBody,
  NoteBody,
  ResolveBody,
  RoleBody,
} from './incident-schemas.ts'
import { incidentSummary, incidentView } from './incident-views.ts'
import { createRouter, jsonAnswer, jsonBody, problems } from './router.ts'

const Id = z.object({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) })
const tags = ['incidents']
const incident = jsonAnswer('The incident', IncidentView)

const list = createRoute({
  method: 'get',
  path: '/v1/incidents',
  tags,
  request: {
    query: z.object({
      /** Those that are not resolved. */
      open: z.enum(['true', 'false']).optional(),
      state: z
        .string()
        .transform((text) => text.split(','))
        .pipe(z.array(z.enum(incidentStates)))
        .optional(),
      level: z.coerce.number().int().min(1).max(3).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
  },
  responses: {
    200: jsonAnswer('Newest first', z.object({ incidents: z.array(IncidentSummary) })),
    ...problems,
  },
})
const read = createRoute({
  method: 'get',
  path: '/v1/incidents/{id}',
  tags,
  request: { params: Id },
  responses: { 200: incident, ...problems },
})
const declare = createRoute({
  method: 'post',
  path: '/v1/incidents',
  tags,
  request: jsonBody(NewIncidentBody),
  responses: {
    201: incident,
    200: jsonAnswer('The first of this idempotency key', IncidentView),
    ...problems,
  },
})
const act = <Path extends string, Body extends z.ZodType>(path: Path, body: Body) =>
  createRoute({
    method: 'post',
    path: `/v1/incidents/{id}/${path}`,
    tags,
    request: { params: Id, ...jsonBody(body) },
    responses: { 200: incident, ...problems },
  })

/** Declare, read and act on incidents. */
export function incidentRoutes(context: EngineContext) {
  const { alerting } = context
  return createRouter()
    .openapi(list, async (c) => {
      const { open, state, ...query } = c.req.valid('query')
      const found = await listIncidents(context.pool, { ...query, openOnly: open === 'true', states: state })
      return c.json({ incidents: found.map((row) => incidentSummary(context, row)) }, 200)
    })
    .openapi(read, async (c) => c.json(await incidentView(context, c.req.valid('param').id), 200))
    .openapi(declare, async (c) => {
      const { by, ...body } = c.req.valid('json')
      const environment = knownEnvironment(context, body.environment ?? null)
      await requirePermission(context, by, 'incident', environment)
      const { incident: row, created } = await transaction(
        context.pool,
        async (tx) => await acts.declare(tx, { ...body, environment, declaredBy: by }, alerting),
      )
      const view = await incidentView(context, row.id)
      return created ? c.json(view, 201) : c.json(view, 200)
    })
    .openapi(act('acknowledge', AcknowledgeBody), async (c) => {
      const [id, { by }] = [c.req.valid('param').id, c.req.valid('json')]
      return c.json(
        await change(context, { id, by }, async (tx) =>
          acts.acknowledge(tx, { incidentId: id, by, via: 'slack' }),
        ),
        200,
      )
    })
    .openapi(act('still-working', AcknowledgeBody), async (c) => {
      const [id, { by }] = [c.req.valid('param').id, c.req.valid('json')]
      return c.json(
        await change(context, { id, by }, async (tx) => acts.stillWorking(tx, { incidentId: id, by })),
        200,
      )
    })
    .openapi(act('escalate', EscalateBody), async (c) => {
      const [id, body] = [c.req.valid('param').id, c.req.valid('json')]
      return c.json(
        await change(context, { id, by: body.by }, async (tx) =>
          acts.escalate(tx, { incidentId: id, ...body }, alerting),
        ),
        200,
      )
    })
    .openapi(act('resolve', ResolveBody), async (c) => {
      const [id, { by, reason }] = [c.req.valid('param').id, c.req.valid('json')]
      return c.json(
        await change(context, { id, by }, async (tx) =>
          acts.resolve(tx, {
            incidentId: id,
            by,
            via: 'slack',
            ...(reason === undefined ? {} : { reason }),
          }),
        ),
        200,
      )
    })
    .openapi(act('assign', AssignBody), async (c) => {
      const [id, body] = [c.req.valid('param').id, c.req.valid('json')]
      return c.json(
        await change(context, { id, by: body.by }, async (tx) =>
          acts.assign(tx, { incidentId: id, ...body }),
        ),
        200,
      )
    })
    .openapi(act('note', NoteBody), async (c) => {
      const [id, body] = [c.req.valid('param').id, c.req.valid('json')]
      return c.json(
        await change(context, { id, by: body.by }, async (tx) => acts.note(tx, { incidentId: id, ...body })),
        200,
      )
    })
    .openapi(act('role', RoleBody), async (c) => {
      const [id, body] = [c.req.valid('param').id, c.req.valid('json')]
      return c.json(
        await change(context, { id, by: body.by }, async (tx) =>
          acts.giveRole(tx, { incidentId: id, ...body }),
        ),
        200,
      )
    })
    .openapi(act('channel', ChannelBody), async (c) => {
      const [id, body] = [c.req.valid('param').id, c.req.valid('json')]
      return c.json(
        await change(context, { id, by: body.by }, async (tx) =>
          acts.recordChannel(tx, { incidentId: id, ...body }),
        ),
        200,
      )
    })
}

/** Lets somebody act who may, in one transaction, and answers with the incident as it is then. */
async function change(
  context: EngineContext,
  { id, by }: { id: number; by: string },
  work: (tx: Database) => Promise<acts.Outcome>,
): Promise<z.output<typeof IncidentView>> {
  const before = await findIncident(context.pool, id)
  if (!before) throw notFound(id)
  await requirePermission(context, by, 'incident', before.environment)
  const outcome = await retriedTransaction(context.pool, work)
  if (outcome.result === 'unknown') throw notFound(id)
  if (outcome.result === 'refused') throw movedOn(id, outcome)
  if (outcome.result === 'nobody') throw nobodyOnCall(id)
  return await incidentView(context, id)
}

const notFound = (id: number): Refusal =>
  new Refusal('not-found', { incidentId: id }, `There is no incident ${id}.`)

const nobodyOnCall = (id: number): Refusal =>
  new Refusal(
    'nobody-on-call',
    { incidentId: id },
    `Nobody can be called for incident ${id}: no level of the matrix reaches anybody now. See who is on call, and put ` +
      'somebody in.',
  )

function movedOn(id: number, now: Extract<acts.Outcome, { result: 'refused' }>): Refusal {
  const { state, round, level } = now
  const what =
    state === 'resolved'
      ? 'is resolved already'
      : `is ${state} now, at level ${level} of round ${round}: look at it again and decide anew`
  return new Refusal('wrong-state', { incidentId: id, state, round, level }, `Incident ${id} ${what}.`)
}
