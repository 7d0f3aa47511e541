import pRetry, { AbortError } from 'p-retry'
import type { Logger } from 'pino'
import type { Answer } from '../asked.ts'
import type { Messages } from './messages.ts'

export interface Listener {
  user: string
  /** Where only this person sees the answer; absent: in their conversation with the bot. */
  channel?: string
  /** Slack takes five posts within 30 minutes (docs.slack.dev/interactivity/handling-user-interaction). */
  responseUrl?: string
}

const responseTimeoutSeconds = 3
const tries = 5

/** Tells a person something after the acknowledgement: through the act's response_url, else as an ephemeral message. */
export async function tell(
  to: Listener,
  answer: Answer,
  { messages, log }: { messages: Pick<Messages, 'whisper'>; log: Logger },
): Promise<void> {
  try {
    await pRetry(
      async () => {
        if (to.responseUrl !== undefined && (await respond(to.responseUrl, answer))) return
        const outcome = await messages.whisper(to, { text: answer.text, blocks: answer.blocks ?? [] })
        if (outcome.kind === 'refused') throw new AbortError(outcome.code)
        if (outcome.kind !== 'done') throw new Error(outcome.kind)
      },
      { retries: tries - 1, minTimeout: 500, factor: 3 },
    )
  } catch (error) {
    log.warn({ err: error, user: to.user, channel: to.channel }, 'a person could not be told')
  }
}

/** False: Slack does not take it there, or did not answer. Saying it twice is better than not at all. */
async function respond(url: string, answer: Answer): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...shownTo(answer), replace_original: answer.replaces === true }),
      redirect: 'error',
      signal: AbortSignal.timeout(responseTimeoutSeconds * 1000),
    })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

/** An answer as Slack takes it, from an acknowledgement as well as through a response_url. */
export function shownTo({ text, blocks, visibility }: Answer): {
  response_type: 'ephemeral' | 'in_channel'
  text: string
  blocks?: NonNullable<Answer['blocks']>
} {
  return {
    response_type: visibility === 'channel' ? 'in_channel' : 'ephemeral',
    text,
    ...(blocks !== undefined && { blocks }),
  }
}
