import { createRoute, z } from '@hono/zod-openapi'
import { endSilenceBy, silence } from '../../alerts/silences.ts'
import { findIncident } from '../../db/incidents.ts'
import { activeSilences, type SilenceRow } from '../../db/silences.ts'
import { retriedTransaction, transaction } from '../../db/pool.ts'
import type { EngineContext } from '../context.ts'
import { Refusal } from '../failures.ts'
import { personRef } from '../people.ts'
import { requirePermission } from '../require-permission.ts'
import { NewSilenceBody, SilenceView } from './incident-schemas.ts'
import { createRouter, jsonAnswer, jsonBody, problems } from './router.ts'
import { ActBody } from './schemas.ts'

const Id = z.object({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) })
const tags = ['silences']

const list = createRoute({
  method: 'get',
  path: '/v1/silences',
  tags,
  responses: {
    200: jsonAnswer('Those in force, the first to end first', z.object({ silences: z.array(SilenceView) })),
    ...problems,
  },
})
const create = createRoute({
  method: 'post',
  path: '/v1/silences',
  tags,
  request: jsonBody(NewSilenceBody),
  responses: {
    201: jsonAnswer('The silence', SilenceView),
    200: jsonAnswer('The first of this idempotency key', SilenceView),
    ...problems,
  },
})
const end = createRoute({
  method: 'post',
  path: '/v1/silences/{id}/end',
  tags,
  request: { params: Id, ...jsonBody(ActBody) },
  responses: { 200: jsonAnswer('The silence, over now', SilenceView), ...problems },
})

/** Keep alerts with certain labels from opening incidents for a while. */
export function silenceRoutes(context: EngineContext) {
  return createRouter()
    .openapi(list, async (c) => {
      const silences = await activeSilences(context.pool)
      return c.json({ silences: silences.map((one) => view(context, one)) }, 200)
    })
    .openapi(create, async (c) => {
      const { by, incidentId, ...body } = c.req.valid('json')
      const environment = incidentId === undefined ? null : await environmentOf(context, incidentId)
      await requirePermission(context, by, 'incident', environment)
      const made = await retriedTransaction(
        context.pool,
        async (tx) => await silence(tx, { ...body, by, incidentId: incidentId ?? null }, context.alerting),
      )
      if (made.result === 'too-wide') throw tooWide(incidentId)
      return made.result === 'created'
        ? c.json(view(context, made.silence), 201)
        : c.json(view(context, made.silence), 200)
    })
    .openapi(end, async (c) => {
      const { id } = c.req.valid('param')
      const { by } = c.req.valid('json')
      await requirePermission(context, by, 'incident', null)
      const ended = await transaction(context.pool, async (tx) => await endSilenceBy(tx, id, by))
      if (ended.result === 'unknown')
        throw new Refusal('not-found', { silenceId: id }, `There is no silence ${id}.`)
      if (ended.result === 'over') {
        throw new Refusal('wrong-state', { state: 'ended' }, `Silence ${id} is over already.`)
      }
      return c.json(view(context, ended.silence), 200)
    })
}

function tooWide(incidentId: number | undefined): Refusal {
  const field = 'matchers'
  if (incidentId === undefined) {
    const detail = 'matchers: say which labels, or give an incidentId.'
    return new Refusal('invalid-request', { field }, detail)
  }
  return new Refusal(
    'silence-too-wide',
    { field, incidentId },
    `The alerts of incident ${incidentId} have no label in common that says which alerts they are: silencing what they ` +
      'do would silence others too. Acknowledge the incident, or give matchers.',
  )
}

async function environmentOf({ pool }: EngineContext, incidentId: number): Promise<string | null> {
  const incident = await findIncident(pool, incidentId)
  if (!incident) throw new Refusal('not-found', { incidentId }, `There is no incident ${incidentId}.`)
  return incident.environment
}

function view(context: EngineContext, row: SilenceRow): z.output<typeof SilenceView> {
  const { createdBy, createdAt, endsAt, endedBy, ...silence } = row
  return {
    ...silence,
    createdBy: personRef(context.runbook, createdBy),
    createdAt: createdAt.toISOString(),
    endsAt: endsAt.toISOString(),
    endedBy: endedBy === null ? null : personRef(context.runbook, endedBy),
  }
}
