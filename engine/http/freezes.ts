import { createRoute, z } from '@hono/zod-openapi'
import { recordAudit } from '../../db/audit.ts'
import { createFreeze, liftFreezes } from '../../db/freezes.ts'
import { transaction } from '../../db/pool.ts'
import type { EngineContext } from '../context.ts'
import { Refusal } from '../failures.ts'
import { currentFreezes } from '../freezes.ts'
import { knownEnvironment } from '../request-job.ts'
import { requirePermission } from '../require-permission.ts'
import { createRouter, jsonAnswer, jsonBody, problems } from './router.ts'
import { FreezeView, NewFreezeBody } from './freeze-schemas.ts'
import { ActBody } from './schemas.ts'
import { freezeView } from './views.ts'

const tags = ['freezes']

const list = createRoute({
  method: 'get',
  path: '/v1/freezes',
  tags,
  responses: {
    200: jsonAnswer('Freezes that hold now', z.object({ freezes: z.array(FreezeView) })),
    ...problems,
  },
})
const create = createRoute({
  method: 'post',
  path: '/v1/freezes',
  tags,
  request: jsonBody(NewFreezeBody),
  responses: {
    201: jsonAnswer('The freeze', FreezeView),
    200: jsonAnswer('The first of this idempotency key', FreezeView),
    ...problems,
  },
})
const lift = createRoute({
  method: 'post',
  path: '/v1/environments/{name}/unfreeze',
  tags,
  request: { params: z.object({ name: z.string() }), ...jsonBody(ActBody) },
  responses: { 200: jsonAnswer('How many were lifted', z.object({ lifted: z.number() })), ...problems },
})

/** Stop changes to an environment for a while, and let them through again. */
export function freezeRoutes(context: EngineContext) {
  return createRouter()
    .openapi(list, async (c) => {
      const freezes = await currentFreezes(context.pool, context.runbook)
      return c.json({ freezes: freezes.map((freeze) => freezeView(context, freeze)) }, 200)
    })
    .openapi(create, async (c) => {
      const { by, until, ...body } = c.req.valid('json')
      knownEnvironment(context, body.environment)
      await requirePermission(context, by, 'freeze', body.environment)
      const endsAt = new Date(until)
      if (endsAt <= new Date()) {
        throw new Refusal(
          'invalid-request',
          { field: 'until' },
          'until: lies in the past; give a time to come.',
        )
      }
      const { freeze, created } = await transaction(context.pool, async (tx) => {
        const recorded = await createFreeze(tx, { ...body, createdBy: by, endsAt })
        if (recorded.created) {
          const details = { reason: body.reason, until }
          await recordAudit(tx, {
            actor: by,
            action: 'freeze',
            subject: `environment/${body.environment}`,
            details,
          })
        }
        return recorded
      })
      return created ? c.json(freezeView(context, freeze), 201) : c.json(freezeView(context, freeze), 200)
    })
    .openapi(lift, async (c) => {
      const { by, reason } = c.req.valid('json')
      const { name } = c.req.valid('param')
      knownEnvironment(context, name)
      await requirePermission(context, by, 'unfreeze', name)
      const lifted = await transaction(context.pool, async (tx) => {
        const count = await liftFreezes(tx, name, by)
        const details = { lifted: count, ...(reason === undefined ? {} : { reason }) }
        await recordAudit(tx, { actor: by, action: 'unfreeze', subject: `environment/${name}`, details })
        return count
      })
      return c.json({ lifted }, 200)
    })
}
