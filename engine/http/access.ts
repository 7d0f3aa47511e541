import { createRoute, z } from '@hono/zod-openapi'
import type { AccessRequest } from '../../db/access-requests.ts'
import { grantableRoles, grantOfRequest } from '../../db/grants.ts'
import { accessRequest, askForAccess, grantAccess, refuseAccess, revokeAccess } from '../access.ts'
import type { EngineContext } from '../context.ts'
import { personRef } from '../people.ts'
import { createRouter, jsonAnswer, jsonBody, problems } from './router.ts'
import { AccessRequestView } from './people-schemas.ts'
import { SlackUser } from './schemas.ts'

const tags = ['access']
const Id = z.object({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) })
const aYearInHours = 366 * 24
const answer = jsonAnswer('The request as it is now', AccessRequestView)

const ask = createRoute({
  method: 'post',
  path: '/v1/access-requests',
  tags,
  request: jsonBody(z.object({ by: SlackUser, name: z.string().trim().min(1).max(100) })),
  responses: { 200: answer, ...problems },
})
const read = createRoute({
  method: 'get',
  path: '/v1/access-requests/{id}',
  tags,
  request: { params: Id },
  responses: { 200: answer, ...problems },
})
const grant = createRoute({
  method: 'post',
  path: '/v1/access-requests/{id}/grant',
  tags,
  request: {
    params: Id,
    ...jsonBody(
      z.object({
        by: SlackUser,
        role: z.enum(grantableRoles),
        /** Absent: until it is revoked. */
        hours: z.number().int().min(1).max(aYearInHours).optional(),
      }),
    ),
  },
  responses: { 200: answer, ...problems },
})
const refuse = createRoute({
  method: 'post',
  path: '/v1/access-requests/{id}/refuse',
  tags,
  request: { params: Id, ...jsonBody(z.object({ by: SlackUser })) },
  responses: { 200: answer, ...problems },
})
const revoke = createRoute({
  method: 'post',
  path: '/v1/people/{slack}/revoke',
  tags,
  request: { params: z.object({ slack: SlackUser }), ...jsonBody(z.object({ by: SlackUser })) },
  responses: {
    200: jsonAnswer('How many granted roles were taken back', z.object({ revoked: z.number() })),
    ...problems,
  },
})

/** Asking to be let in, and the admins' answer. */
export function accessRoutes(context: EngineContext) {
  const view = async (request: AccessRequest) => {
    const granted = await grantOfRequest(context.pool, request.id)
    return {
      id: request.id,
      slack: request.slack,
      name: request.name,
      state: request.state,
      askedAt: request.askedAt.toISOString(),
      decidedBy: request.decidedBy === null ? null : personRef(context.runbook, request.decidedBy),
      role: granted?.role ?? null,
      expiresAt: granted?.expiresAt?.toISOString() ?? null,
    }
  }
  const present = async (id: number) => await view(await accessRequest(context, id))
  return createRouter()
    .openapi(ask, async (c) => c.json(await view(await askForAccess(context, c.req.valid('json'))), 200))
    .openapi(read, async (c) => c.json(await present(c.req.valid('param').id), 200))
    .openapi(grant, async (c) => {
      const { id } = c.req.valid('param')
      const { hours = null, ...body } = c.req.valid('json')
      await grantAccess(context, { id, ...body, hours })
      return c.json(await present(id), 200)
    })
    .openapi(refuse, async (c) => {
      const { id } = c.req.valid('param')
      await refuseAccess(context, { id, ...c.req.valid('json') })
      return c.json(await present(id), 200)
    })
    .openapi(revoke, async (c) => {
      const { slack } = c.req.valid('param')
      return c.json({ revoked: await revokeAccess(context, { slack, ...c.req.valid('json') }) }, 200)
    })
}
