import { z } from 'zod'
import { validateBlocks } from '../blocks.ts'
import { app as identity } from '../people.ts'
import { Refusal } from '../refusal.ts'
import { json, type Method, method } from './method.ts'

export const app: Record<string, Method> = {
  'api.test': method({
    tier: 'unlimited',
    token: 'none',
    args: z.looseObject({ error: z.string().optional() }),
    run(_slack, { token: _token, ...args }) {
      if (args.error !== undefined) throw new Refusal(args.error)
      return { args }
    },
  }),

  'auth.test': method({
    tier: 'unlimited',
    args: z.object({}),
    run: (slack) => ({
      url: `${slack.url()}/`,
      team: identity.teamName,
      user: identity.botName,
      team_id: identity.teamId,
      user_id: identity.botUser,
      bot_id: identity.botId,
      is_enterprise_install: false,
    }),
  }),

  'apps.connections.open': method({
    tier: 1,
    token: 'app',
    args: z.object({}),
    run: (slack) => ({ url: slack.sockets.ticketUrl() }),
  }),

  'blocks.validate': method({
    tier: 4,
    args: z.object({ blocks: json(z.unknown()) }),
    run(_slack, { blocks }) {
      const complaints = validateBlocks(blocks, 'message')
      if (complaints.length > 0) throw new Refusal('invalid_blocks', complaints)
      return {}
    },
  }),
}
