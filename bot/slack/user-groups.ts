import { setTimeout as pause } from 'node:timers/promises'
import type { WebClient } from '@slack/web-api'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { EngineClient, Settings } from '../../engine/client.ts'
import { attempt } from './outcome.ts'

const Members = z.object({ users: z.array(z.string()) })

const everySeconds = 300
const againSeconds = 30

/**
 * Keeps the engine told of who is in the user groups that grant roles, until `signal` ends. usergroups.users.list is
 * Tier 2, 20 a minute, so it is asked every 5 minutes and by one bot only.
 */
export async function keepUserGroups(
  deps: { client: WebClient; engine: EngineClient; settings(): Promise<Settings>; log: Logger },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const ok = await saveUserGroups(deps)
    await pause((ok ? everySeconds : againSeconds) * 1000, undefined, { signal }).catch(() => {})
  }
}

async function saveUserGroups(deps: Parameters<typeof keepUserGroups>[0]): Promise<boolean> {
  const { client, engine, log } = deps
  try {
    const { userGroups } = await deps.settings()
    for (const usergroup of userGroups) {
      const outcome = await attempt(async () =>
        Members.parse(await client.usergroups.users.list({ usergroup })),
      )
      if (outcome.kind === 'done')
        await engine.saveUserGroup({ id: usergroup, members: outcome.result.users })
      else {
        log.error(
          { usergroup, outcome },
          'Slack does not say who is in a user group: its members keep the roles they had. Check slack.userGroups in the runbook file and the scope usergroups:read',
        )
        if (outcome.kind !== 'refused') return false
      }
    }
    return true
  } catch (error) {
    log.warn({ err: error }, 'user groups could not be saved')
    return false
  }
}
