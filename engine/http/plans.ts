import { createRoute } from '@hono/zod-openapi'
import type { EngineContext } from '../context.ts'
import { personRef } from '../people.ts'
import { previewJob } from '../preview-job.ts'
import { createRouter, jsonAnswer, jsonBody, problems } from './router.ts'
import { NewPlanBody, PlanView } from './job-schemas.ts'
import { freezeView } from './views.ts'

const preview = createRoute({
  method: 'post',
  path: '/v1/plans',
  tags: ['jobs'],
  request: jsonBody(NewPlanBody),
  responses: {
    200: jsonAnswer('What a job would change, and what stands in its way; nothing is recorded', PlanView),
    ...problems,
  },
})

/** Looking before asking: what a job would do. */
export function planRoutes(context: EngineContext) {
  return createRouter().openapi(preview, async (c) => {
    const found = await previewJob(context, c.req.valid('json'))
    const { change, problem, approval, freeze, mayOverride, ahead } = found
    return c.json(
      {
        change,
        problem,
        approval: approval && { quorum: approval.quorum, roles: approval.roles },
        freeze: freeze && freezeView(context, freeze),
        mayOverride,
        ahead: ahead.map(({ id, kind, state, requestedBy, since }) => ({
          jobId: id,
          kind,
          state,
          requestedBy: personRef(context.runbook, requestedBy),
          since: since.toISOString(),
        })),
      },
      200,
    )
  })
}
