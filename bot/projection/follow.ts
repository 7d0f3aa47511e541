import { setMaxListeners } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import { EngineUnavailable, type EngineClient } from '../../engine/client.ts'
import type { Metrics } from '../metrics.ts'
import type { Projection, Term } from './project.ts'

export interface FollowDeps {
  engine: EngineClient
  /** Unlike that of any other bot, and of this one before it was restarted. */
  holder: string
  /** What is done while this bot is the one that writes. */
  begin(term: Term): Projection
  lease: LeaseTimes
  now: () => number
  metrics: Metrics
  log: Logger
}

export interface LeaseTimes {
  seconds: number
  /** How often a lease is renewed. */
  renewSeconds: number
  /** How often a bot that stands by asks for it: one that is told to stop is followed that soon. */
  askSeconds: number
  /** Nothing is sent to Slack when less than this is left: a call must end before another bot writes. */
  marginSeconds: number
}

/** For a lease of 10 s: a bot that dies is followed within 11 s, and a call to Slack takes at most 5. */
export function leaseTimes(seconds: number): LeaseTimes & { callSeconds: number } {
  return {
    seconds,
    renewSeconds: seconds / 4,
    askSeconds: Math.min(1, seconds / 4),
    marginSeconds: seconds * 0.6,
    callSeconds: Math.min(5, seconds / 2),
  }
}

const leaseName = 'projection'

/**
 * Follows what must be redrawn, as long as this bot holds the lease; else stands by. Of several bots one writes: two
 * writing the same message could leave the older state on top.
 */
export function follow(deps: FollowDeps): { holds(): boolean; stop(): Promise<void> } {
  const { engine, holder, lease, log } = deps
  const stopping = new AbortController()
  let holding = false
  const running = standBy()

  async function standBy(): Promise<void> {
    while (!stopping.signal.aborted) {
      const askedAt = deps.now()
      const taken = await take()
      if (taken !== null) await serve(taken.fence, askedAt + lease.seconds * 1000)
      else await wait(lease.askSeconds, stopping.signal)
    }
  }

  async function take() {
    try {
      return await engine.takeLease({ name: leaseName, holder, seconds: lease.seconds })
    } catch (error) {
      if (!(error instanceof EngineUnavailable)) log.error({ err: error }, 'the lease cannot be taken')
      return null
    }
  }

  async function serve(fence: number, validUntil: number): Promise<void> {
    const over = new AbortController()
    const signal = AbortSignal.any([stopping.signal, over.signal])
    setMaxListeners(0, signal)
    const term: Term & { validUntil: number } = {
      fence,
      validUntil,
      mayWrite: () => !signal.aborted && deps.now() + lease.marginSeconds * 1000 < term.validUntil,
      lost: () => over.abort(),
      signal,
    }
    holding = true
    deps.metrics.projecting.set(1)
    log.info({ fence }, 'this bot writes the messages')
    const projection = deps.begin(term)
    const renewing = renew(term)
    await followChanges(projection, signal)
    await projection.stop()
    over.abort()
    await renewing
    holding = false
    deps.metrics.projecting.set(0)
    log.info({ fence }, 'this bot no longer writes the messages')
  }

  /** An engine that does not answer leaves the lease as it is; only another holder, or its end, ends the term. */
  async function renew(term: Term & { validUntil: number }): Promise<void> {
    while (!term.signal.aborted) {
      await wait(lease.renewSeconds, term.signal)
      const askedAt = deps.now()
      try {
        const kept = await engine.takeLease({ name: leaseName, holder, seconds: lease.seconds })
        if (kept?.fence !== term.fence) term.lost()
        else term.validUntil = askedAt + lease.seconds * 1000
      } catch {
        if (deps.now() > term.validUntil) term.lost()
      }
    }
  }

  async function followChanges(projection: Projection, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const change of engine.changes(signal)) projection.changed(change)
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error }, 'the engine’s changes cannot be followed')
      }
      await wait(1, signal)
    }
  }

  return {
    holds: () => holding,
    async stop() {
      stopping.abort()
      await running
      await engine.dropLease({ name: leaseName, holder }).catch(() => {})
    },
  }
}

async function wait(seconds: number, signal: AbortSignal): Promise<void> {
  await pause(seconds * 1000, undefined, { signal }).catch(() => {})
}
