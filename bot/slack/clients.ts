import { LogLevel, type Logger as SlackLogger, WebClient } from '@slack/web-api'
import type { Logger } from 'pino'

/**
 * One client per purpose. Slack's client answers a 429 by pausing everything it has (web-api 8.2.0: 5 s for one
 * channel delayed another channel and a form by 5.08 s), so that and its retries are off: who calls decides.
 */
export interface SlackClients {
  /** chat.postMessage, chat.update, conversations.history: the writer's. */
  cards: WebClient
  /** views.* and chat.postEphemeral: a person is looking, and a trigger_id lives 3 s. */
  prompt: WebClient
  /** What nobody waits for: users.info, usergroups.users.list, auth.test. */
  background: WebClient
}

const promptTimeoutSeconds = 2.5
const backgroundTimeoutSeconds = 10

export interface SlackAddress {
  token: string
  apiUrl: string
  log: Logger
}

/** `cardSeconds`: how long a call for a card may take, so that it ends before another bot may write. */
export function createSlackClients(slack: SlackAddress, cardSeconds = 5): SlackClients {
  return {
    cards: createClient(slack, cardSeconds),
    prompt: createClient(slack, promptTimeoutSeconds),
    background: createClient(slack, backgroundTimeoutSeconds),
  }
}

/** Calls once: fails on a 429, on an error and after the timeout, without pausing anything. */
export function createClient({ token, apiUrl, log }: SlackAddress, timeoutSeconds: number): WebClient {
  return new WebClient(token, {
    slackApiUrl: apiUrl,
    timeout: timeoutSeconds * 1000,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: slackLogger(log),
  })
}

/**
 * What Slack's packages log, in our log. Their debug lines hold whole payloads, what people typed included, so they
 * are left out at every level.
 */
export function slackLogger(log: Logger): SlackLogger {
  return {
    debug: () => {},
    info: (...messages: unknown[]) => log.debug(messages.join(' ')),
    warn: (...messages: unknown[]) => log.info(messages.join(' ')),
    error: (...messages: unknown[]) => log.warn(messages.join(' ')),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  }
}
