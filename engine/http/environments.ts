import { createRoute, z } from '@hono/zod-openapi'
import { listIncidents } from '../../db/incidents.ts'
import { busyLocks, lockQueue } from '../../db/job-queue.ts'
import { listJobs } from '../../db/jobs.ts'
import type { EngineContext } from '../context.ts'
import { environmentStatus } from '../environment-status.ts'
import { currentFreezes } from '../freezes.ts'
import { personRef } from '../people.ts'
import { knownEnvironment } from '../request-job.ts'
import { createRouter, jsonAnswer, problems } from './router.ts'
import { BackupView, ReleaseView, Status } from './environment-schemas.ts'
import { LockView } from './job-schemas.ts'
import { freezeView, jobSummary } from './views.ts'

const Name = z.object({ name: z.string() })
const tags = ['environments']

const status = createRoute({
  method: 'get',
  path: '/v1/status',
  tags,
  responses: { 200: jsonAnswer('What runs where, and what is going on', Status), ...problems },
})
const releases = createRoute({
  method: 'get',
  path: '/v1/environments/{name}/releases',
  tags,
  request: { params: Name },
  responses: {
    200: jsonAnswer(
      'Releases, newest first, and the versions that can be deployed (null: cannot be listed)',
      z.object({ releases: z.array(ReleaseView), versions: z.array(z.string()).nullable() }),
    ),
    ...problems,
  },
})
const backups = createRoute({
  method: 'get',
  path: '/v1/environments/{name}/backups',
  tags,
  request: { params: Name },
  responses: {
    200: jsonAnswer('Backups, newest first', z.object({ backups: z.array(BackupView) })),
    ...problems,
  },
})
const locks = createRoute({
  method: 'get',
  path: '/v1/locks',
  tags,
  responses: {
    200: jsonAnswer('Locks that are held or waited for', z.object({ locks: z.array(LockView) })),
    ...problems,
  },
})

/** What runs where: environments, their releases and backups, and the locks on them. */
export function environmentRoutes(context: EngineContext) {
  return createRouter()
    .openapi(status, async (c) => {
      const freezes = await currentFreezes(context.pool, context.runbook)
      const environments = await Promise.all(
        Object.entries(context.runbook.environments).map(async ([name, { url }]) => {
          const freeze = freezes.find(({ environment }) => environment === name)
          const now = await environmentStatus(context, name)
          return { name, url, ...now, freeze: freeze ? freezeView(context, freeze) : null }
        }),
      )
      const states = ['waiting-approval', 'queued', 'running']
      const jobs = await listJobs(context.pool, { states, limit: 50 })
      const incidents = await listIncidents(context.pool, { openOnly: true, limit: 20 })
      return c.json(
        {
          environments,
          jobs: jobs.map((job) => jobSummary(context, job)),
          incidents: incidents.map(({ id, title, level }) => ({ id, title, level })),
        },
        200,
      )
    })
    .openapi(releases, async (c) => {
      const driver = context.releases(known(context, c.req.valid('param').name))
      const [history, versions] = await Promise.all([driver.history(), driver.versions()])
      const found = history.map(({ revision, version, status: state, by, at, rollbackOf }) => ({
        revision,
        version,
        status: state,
        by,
        at: new Date(at).toISOString(),
        rollbackOf: rollbackOf ?? null,
      }))
      return c.json({ releases: found, versions }, 200)
    })
    .openapi(backups, async (c) => {
      const found = await context.backups(known(context, c.req.valid('param').name))
      return c.json({ backups: found }, 200)
    })
    .openapi(locks, async (c) => {
      const found = await Promise.all(
        (await busyLocks(context.pool)).map(async (lock) => ({
          lock,
          queue: (await lockQueue(context.pool, lock)).map(({ id, kind, state, requestedBy, since }) => ({
            jobId: id,
            kind,
            state,
            requestedBy: personRef(context.runbook, requestedBy),
            since: since.toISOString(),
          })),
        })),
      )
      return c.json({ locks: found }, 200)
    })
}

const known = (context: EngineContext, name: string): string => knownEnvironment(context, name) ?? name
