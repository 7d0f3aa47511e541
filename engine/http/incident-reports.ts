import { createRoute, z } from '@hono/zod-openapi'
import { postmortem } from '../../alerts/postmortem.ts'
import { jobsOfIncident } from '../../db/incident-details.ts'
import { incidentWeeks, type IncidentWeek } from '../../db/incident-stats.ts'
import { findIncident } from '../../db/incidents.ts'
import type { EngineContext } from '../context.ts'
import { displayName, personRef } from '../people.ts'
import { IncidentStats, Postmortem } from './incident-schemas.ts'
import { incidentView, jobView } from './incident-views.ts'
import { createRouter, jsonAnswer, problems } from './router.ts'

const tags = ['incidents']
const jobsTold = 200

const report = createRoute({
  method: 'get',
  path: '/v1/incidents/{id}/postmortem',
  tags,
  request: { params: z.object({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) }) },
  responses: { 200: jsonAnswer('As Markdown, in the language of the runbook file', Postmortem), ...problems },
})
const stats = createRoute({
  method: 'get',
  path: '/v1/incident-stats',
  tags,
  request: { query: z.object({ weeks: z.coerce.number().int().min(1).max(52).default(8) }) },
  responses: { 200: jsonAnswer('By week, newest first', IncidentStats), ...problems },
})

/** What was, told afterwards. */
export function incidentReportRoutes(context: EngineContext) {
  const { pool, runbook } = context
  return createRouter()
    .openapi(report, async (c) => {
      const { id } = c.req.valid('param')
      const view = await incidentView(context, id)
      const incident = await findIncident(pool, id)
      const jobs = incident ? await jobsOfIncident(pool, incident, { kinds: null, limit: jobsTold }) : []
      const markdown = postmortem(
        {
          ...view,
          acknowledgedAt: incident?.firstAcknowledgedAt?.toISOString() ?? null,
          jobs: jobs.map((job) => jobView(context, job)),
        },
        {
          locale: runbook.locale,
          timeZone: runbook.timeZone,
          nameOf: (person) => displayName(runbook, person),
        },
      )
      return c.json({ fileName: `postmortem-${id}.md`, markdown }, 200)
    })
    .openapi(stats, async (c) => {
      const { weeks } = c.req.valid('query')
      const found = await incidentWeeks(pool, { weeks, timeZone: runbook.timeZone })
      return c.json({ weeks: found.map((week) => weekView(context, week)) }, 200)
    })
}

function weekView({ runbook }: Pick<EngineContext, 'runbook'>, week: IncidentWeek) {
  const { startsAt, incidents, pages } = week
  return {
    startsAt: startsAt.toISOString(),
    incidents,
    acknowledgeSeconds: seconds(week.acknowledgeMean, week.acknowledgeMedian),
    resolveSeconds: seconds(week.resolveMean, week.resolveMedian),
    pages: pages.map(({ person, count }) => ({ person: personRef(runbook, person), count })),
  }
}

const seconds = (mean: number | null, median: number | null): { mean: number; median: number } | null =>
  mean === null || median === null ? null : { mean, median }
