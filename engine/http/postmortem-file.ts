import { createRoute, z } from '@hono/zod-openapi'
import { announcePostmortem } from '../../db/incident-notices.ts'
import type { EngineContext } from '../context.ts'
import { Refusal } from '../failures.ts'
import { createRouter, jsonAnswer, problems } from './router.ts'

const file = createRoute({
  method: 'post',
  path: '/v1/incidents/{id}/postmortem-file',
  tags: ['incidents'],
  request: { params: z.object({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) }) },
  responses: {
    200: jsonAnswer(
      'Has the postmortem put into the incident’s thread as a file; there: nothing has happened since the last one',
      z.object({ state: z.enum(['coming', 'there']) }),
    ),
    ...problems,
  },
})

/** The postmortem where people talk about the incident. */
export function postmortemFileRoutes({ pool }: EngineContext) {
  return createRouter().openapi(file, async (c) => {
    const { id } = c.req.valid('param')
    const announced = await announcePostmortem(pool, id)
    if (announced === null) throw new Refusal('not-found', { incidentId: id }, `There is no incident ${id}.`)
    return c.json({ state: announced.isNew ? ('coming' as const) : ('there' as const) }, 200)
  })
}
