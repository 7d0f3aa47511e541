import { setTimeout as pause } from 'node:timers/promises'
import type { WebClient } from '@slack/web-api'
import type { Logger } from 'pino'
import { attempt } from './outcome.ts'
import { refusalOf } from './refusals.ts'

export interface Identity {
  start(): void
  /** Whether Slack takes the bot token. */
  state(): string
  stop(): void
}

const againSeconds = 15

/** Finds out once, in the background, whether the token is good; a Slack that is down keeps nobody from starting. */
export function keepIdentity(client: WebClient, log: Logger): Identity {
  const stopping = new AbortController()
  let state = 'has not answered yet'

  async function ask(): Promise<void> {
    while (!stopping.signal.aborted) {
      const outcome = await attempt(() => client.auth.test())
      if (outcome.kind === 'done') {
        state = 'takes the token'
        log.info({ team: outcome.result.team, botUser: outcome.result.user_id }, 'Slack takes the bot token')
        return
      }
      if (outcome.kind === 'refused' && state !== outcome.code) {
        log.error(
          { code: outcome.code },
          `Slack does not take the bot token: ${refusalOf(outcome.code).advice}`,
        )
      }
      state = outcome.kind === 'refused' ? outcome.code : outcome.kind
      await pause(againSeconds * 1000, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  return {
    start: () => void ask(),
    state: () => state,
    stop: () => stopping.abort(),
  }
}
