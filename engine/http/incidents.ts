import { createRoute, z } from '@hono/zod-openapi'
import { recordAudit } from '../../db/audit.ts'
import {
  createIncident,
  findIncident,
  incidentSubject,
  listIncidents,
  resolveIncident,
  type IncidentRow,
} from '../../db/incidents.ts'
import { transaction } from '../../db/pool.ts'
import type { EngineContext } from '../context.ts'
import { Refusal } from '../failures.ts'
import { knownEnvironment } from '../request-job.ts'
import { requirePermission } from '../require-permission.ts'
import { createRouter, jsonAnswer, jsonBody, problems } from './router.ts'
import { ActBody, IncidentView, NewIncidentBody } from './schemas.ts'
import { incidentView } from './views.ts'

const Id = z.object({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) })
const tags = ['incidents']
const incident = jsonAnswer('The incident', IncidentView)

const list = createRoute({
  method: 'get',
  path: '/v1/incidents',
  tags,
  responses: { 200: jsonAnswer('Newest first', z.object({ incidents: z.array(IncidentView) })), ...problems },
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
const resolve = createRoute({
  method: 'post',
  path: '/v1/incidents/{id}/resolve',
  tags,
  request: { params: Id, ...jsonBody(ActBody) },
  responses: { 200: incident, ...problems },
})

/** Declare, read and resolve incidents. */
export function incidentRoutes(context: EngineContext) {
  return createRouter()
    .openapi(list, async (c) => {
      const found = await listIncidents(context.pool, { openOnly: false, limit: 50 })
      return c.json(
        { incidents: await Promise.all(found.map(async (row) => await incidentView(context, row))) },
        200,
      )
    })
    .openapi(read, async (c) => {
      const { id } = c.req.valid('param')
      return c.json(await incidentView(context, await existing(context, id)), 200)
    })
    .openapi(declare, async (c) => {
      const { by, ...body } = c.req.valid('json')
      const environment = knownEnvironment(context, body.environment ?? null)
      await requirePermission(context, by, 'incident', environment)
      const { incident: row, created } = await transaction(context.pool, async (tx) => {
        const recorded = await createIncident(tx, { ...body, environment, declaredBy: by })
        if (recorded.created) {
          const subject = incidentSubject(recorded.incident.id)
          const details = { title: body.title, level: body.level }
          await recordAudit(tx, { actor: by, action: 'incident.declared', subject, details })
        }
        return recorded
      })
      const view = await incidentView(context, row)
      return created ? c.json(view, 201) : c.json(view, 200)
    })
    .openapi(resolve, async (c) => {
      const { id } = c.req.valid('param')
      const { by, reason } = c.req.valid('json')
      const row = await existing(context, id)
      await requirePermission(context, by, 'incident', row.environment)
      await transaction(context.pool, async (tx) => {
        if (!(await resolveIncident(tx, id, by))) {
          throw new Refusal('wrong-state', { state: 'resolved' }, `Incident ${id} is resolved already.`)
        }
        const details = reason === undefined ? {} : { reason }
        await recordAudit(tx, {
          actor: by,
          action: 'incident.resolved',
          subject: incidentSubject(id),
          details,
        })
      })
      return c.json(await incidentView(context, await existing(context, id)), 200)
    })
}

async function existing(context: EngineContext, id: number): Promise<IncidentRow> {
  const row = await findIncident(context.pool, id)
  if (!row) throw new Refusal('not-found', { incidentId: id }, `There is no incident ${id}.`)
  return row
}
