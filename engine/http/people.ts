import { createRoute, z } from '@hono/zod-openapi'
import { listAudit, verifyAudit } from '../../db/audit.ts'
import { personSettings, savePersonSettings } from '../../db/person-settings.ts'
import type { EngineContext } from '../context.ts'
import { whoIs } from '../permission.ts'
import { identify } from '../require-permission.ts'
import { createRouter, jsonAnswer, jsonBody, problems } from './router.ts'
import { AuditView, PersonSettings, Settings, Who } from './people-schemas.ts'
import { SlackUser } from './schemas.ts'

const settings = createRoute({
  method: 'get',
  path: '/v1/settings',
  tags: ['people'],
  responses: { 200: jsonAnswer('What the bot needs of the runbook file', Settings), ...problems },
})
const who = createRoute({
  method: 'get',
  path: '/v1/people/{slack}',
  tags: ['people'],
  request: { params: z.object({ slack: SlackUser }) },
  responses: { 200: jsonAnswer('Who this is and what they may do', Who), ...problems },
})
const personSettingsRoute = createRoute({
  method: 'get',
  path: '/v1/people/{slack}/settings',
  tags: ['people'],
  request: { params: z.object({ slack: SlackUser }) },
  responses: { 200: jsonAnswer('What this person wants to be told', PersonSettings), ...problems },
})
const changeSettings = createRoute({
  method: 'patch',
  path: '/v1/people/{slack}/settings',
  tags: ['people'],
  request: { params: z.object({ slack: SlackUser }), ...jsonBody(PersonSettings.partial()) },
  responses: { 200: jsonAnswer('The settings as they are now', PersonSettings), ...problems },
})
const audit = createRoute({
  method: 'get',
  path: '/v1/audit',
  tags: ['audit'],
  request: {
    query: z.object({
      before: z.coerce.number().int().positive().optional(),
      subject: z.string().optional(),
      limit: z.coerce.number().int().min(1).max(500).default(50),
    }),
  },
  responses: { 200: jsonAnswer('Newest first', z.object({ lines: z.array(AuditView) })), ...problems },
})
const verify = createRoute({
  method: 'get',
  path: '/v1/audit/verify',
  tags: ['audit'],
  responses: {
    200: jsonAnswer(
      'Whether the chain is whole; keep `head` elsewhere to notice a cut-off end',
      z.object({
        intact: z.boolean(),
        lines: z.number(),
        head: z.string().nullable(),
        firstBrokenId: z.number().nullable(),
      }),
    ),
    ...problems,
  },
})

/** Who people are to Plantão, and the record of what they did. */
export function peopleRoutes(context: EngineContext) {
  const { runbook } = context
  return createRouter()
    .openapi(settings, (c) =>
      c.json(
        {
          product: runbook.product,
          locale: runbook.locale,
          timeZone: runbook.timeZone,
          channels: runbook.slack.channels,
          userGroups: runbook.slack.userGroups.map(({ id }) => id),
          environments: Object.keys(runbook.environments),
          links: runbook.links,
        },
        200,
      ),
    )
    .openapi(who, async (c) => {
      const { slack } = c.req.valid('param')
      return c.json(whoIs(runbook, await identify(context, slack)), 200)
    })
    .openapi(personSettingsRoute, async (c) =>
      c.json(await personSettings(context.pool, c.req.valid('param').slack), 200),
    )
    .openapi(changeSettings, async (c) => {
      const { slack } = c.req.valid('param')
      await savePersonSettings(context.pool, slack, c.req.valid('json'))
      return c.json(await personSettings(context.pool, slack), 200)
    })
    .openapi(audit, async (c) => {
      const { before, subject, limit } = c.req.valid('query')
      const lines = await listAudit(context.pool, { before: before ?? null, subject: subject ?? null, limit })
      return c.json({ lines: lines.map((line) => ({ ...line, at: line.at.toISOString() })) }, 200)
    })
    .openapi(verify, async (c) => {
      const verdict = await verifyAudit(context.pool)
      return c.json({ intact: verdict.firstBrokenId === null, ...verdict }, 200)
    })
}
