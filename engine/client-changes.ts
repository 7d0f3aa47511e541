import { EventSourceParserStream } from 'eventsource-parser/stream'
import type { SubjectChange } from './client.ts'
import { EngineUnavailable } from './client-answers.ts'

const reconnectDelayMs = 500
/** The engine says something at least every 15 s. */
const silenceLimitMs = 40_000

/**
 * Each change as it happens, after every (re)connection all that is stale. Reconnects by itself; ends with `signal`.
 */
export async function* followChanges(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): AsyncGenerator<SubjectChange> {
  while (!signal.aborted) {
    try {
      yield* connectedChanges(url, headers, signal)
    } catch {
      // Whatever ended the connection: the next one begins by saying all that is stale.
    }
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, reconnectDelayMs))
  }
}

async function* connectedChanges(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): AsyncGenerator<SubjectChange> {
  const silence = new AbortController()
  let watchdog = setTimeout(() => silence.abort(), silenceLimitMs)
  const response = await fetch(url, { headers, signal: AbortSignal.any([signal, silence.signal]) })
  if (!response.ok || !response.body) throw new EngineUnavailable(`HTTP ${response.status}`)
  try {
    const events = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream())
    for await (const { event, data } of events) {
      clearTimeout(watchdog)
      watchdog = setTimeout(() => silence.abort(), silenceLimitMs)
      if (event === 'change') yield JSON.parse(data) as SubjectChange
    }
  } finally {
    clearTimeout(watchdog)
  }
}
