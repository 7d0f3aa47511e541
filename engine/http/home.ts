import { createRoute, z } from '@hono/zod-openapi'
import { homeOpened, lastChange } from '../../db/home.ts'
import { personSettings } from '../../db/person-settings.ts'
import { accessOf } from '../access.ts'
import type { EngineContext } from '../context.ts'
import { currentFreezes } from '../freezes.ts'
import { comingWindows, workFor, type EnvironmentsLately } from '../home.ts'
import { rotationView } from '../on-call.ts'
import { personRef } from '../people.ts'
import { permission, whoIs } from '../permission.ts'
import { identify } from '../require-permission.ts'
import { createRouter, jsonAnswer, problems } from './router.ts'
import { HomeView } from './home-schemas.ts'
import { incidentSummary } from './incident-views.ts'
import { SlackUser } from './schemas.ts'
import { freezeView, jobSummary } from './views.ts'

const tags = ['home']
const params = z.object({ slack: SlackUser })

const read = createRoute({
  method: 'get',
  path: '/v1/home/{slack}',
  tags,
  request: { params },
  responses: { 200: jsonAnswer('Everything one person’s App Home shows', HomeView), ...problems },
})
const opened = createRoute({
  method: 'post',
  path: '/v1/home/{slack}/opened',
  tags,
  request: { params },
  responses: {
    200: jsonAnswer('Drawn now, and kept true for a while', z.object({ recorded: z.literal(true) })),
    ...problems,
  },
})

/** What a person sees when they open the app in Slack. */
export function homeRoutes(context: EngineContext, lately: EnvironmentsLately) {
  const { pool, runbook } = context

  async function environments() {
    const freezes = await currentFreezes(pool, runbook)
    return await Promise.all(
      Object.entries(runbook.environments).map(async ([name, { url }]) => {
        const freeze = freezes.find(({ environment }) => environment === name)
        const [now, last] = await Promise.all([lately(name), lastChange(pool, name)])
        return {
          name,
          url,
          ...now,
          freeze: freeze ? freezeView(context, freeze) : null,
          lastChange: last && {
            jobId: last.id,
            kind: last.kind,
            by: personRef(runbook, last.requestedBy),
            at: last.finishedAt.toISOString(),
          },
        }
      }),
    )
  }

  return createRouter()
    .openapi(opened, async (c) => {
      await homeOpened(pool, c.req.valid('param').slack)
      return c.json({ recorded: true as const }, 200)
    })
    .openapi(read, async (c) => {
      const { slack } = c.req.valid('param')
      const who = await identify(context, slack)
      const [access, settings] = await Promise.all([accessOf(context, slack), personSettings(pool, slack)])
      const { person, admins } = whoIs(runbook, who)
      const mayRead = permission(runbook, who, 'read', null).allowed
      return c.json({ person, admins, access, settings, overview: mayRead ? await overview() : null }, 200)

      async function overview() {
        const { nextFreezes, maintenance } = comingWindows(context, new Date())
        const [work, all, { at, rotations }] = await Promise.all([
          workFor(context, who),
          environments(),
          context.onCall.roster(),
        ])
        return {
          environments: all,
          onCall: rotations.map((rotation) => rotationView(runbook, rotation, at)),
          incidents: work.incidents.map((incident) => incidentSummary(context, incident)),
          running: work.running.map((job) => jobSummary(context, job)),
          queued: work.queued.map((job) => jobSummary(context, job)),
          waitingForMe: work.waitingForMe.map((job) => ({ ...jobSummary(context, job), change: job.change })),
          waitingForOthers: work.waitingForOthers.map((job) => jobSummary(context, job)),
          nextFreezes: nextFreezes.map((freeze) => ({ ...freeze, ...isoTimes(freeze) })),
          maintenance: { active: maintenance.active, ...isoTimes(maintenance) },
        }
      }
    })
}

const isoTimes = ({ startsAt, endsAt }: { startsAt: Date; endsAt: Date }) => ({
  startsAt: startsAt.toISOString(),
  endsAt: endsAt.toISOString(),
})
