import pRetry from 'p-retry'

export type HealthCheck = { name: string; url: string; expectStatus: number; timeoutSeconds: number }
export type HealthResult = { name: string; url: string; healthy: boolean; came: string; durationMs: number }

export type HealthEffort = {
  signal: AbortSignal
  log: (line: string) => void
  /** How often each check may be tried before it counts as failed. */
  attempts: number
  /** Seconds before the second try; each later one waits twice as long as the one before, 10 s at most. */
  waitSeconds?: number
}

/** Some health check failed every time it was tried. `results` holds all of them. */
export class HealthCheckFailed extends Error {
  readonly code = 'health-check-failed'
  readonly values: { failed: string; came: string }
  readonly results: HealthResult[]

  constructor(results: HealthResult[]) {
    const failed = results.filter(({ healthy }) => !healthy)
    const came = failed.map((result) => `${result.name} (${result.url}): ${result.came}`).join('; ')
    super(`${failed.length} of ${results.length} health checks failed: ${came}`)
    this.name = 'HealthCheckFailed'
    this.values = { failed: failed.map(({ name }) => name).join(', '), came }
    this.results = results
  }
}

/** Probes every check over HTTP at the same time and lists what came. Throws HealthCheckFailed. */
export async function checkHealth(checks: HealthCheck[], effort: HealthEffort): Promise<HealthResult[]> {
  const results = await Promise.all(checks.map((check) => probe(check, effort)))
  if (results.some(({ healthy }) => !healthy)) throw new HealthCheckFailed(results)
  return results
}

async function probe(check: HealthCheck, effort: HealthEffort): Promise<HealthResult> {
  const { name, url } = check
  const startedAt = performance.now()
  const result = (healthy: boolean, came: string): HealthResult => {
    const durationMs = Math.round(performance.now() - startedAt)
    effort.log(`${name}: ${healthy ? 'healthy' : 'failed'}, ${came}`)
    return { name, url, healthy, came, durationMs }
  }
  try {
    const came = await pRetry(() => ask(check, effort.signal), {
      retries: effort.attempts - 1,
      minTimeout: (effort.waitSeconds ?? 1) * 1000,
      maxTimeout: 10_000,
      signal: effort.signal,
      onFailedAttempt: ({ error, retriesLeft }) => {
        if (retriesLeft > 0) effort.log(`${name}: ${error.message}; trying again`)
      },
    })
    return result(true, came)
  } catch (error) {
    effort.signal.throwIfAborted()
    return result(false, error instanceof Error ? error.message : String(error))
  }
}

async function ask({ url, expectStatus, timeoutSeconds }: HealthCheck, signal: AbortSignal): Promise<string> {
  const limit = AbortSignal.timeout(timeoutSeconds * 1000)
  const response = await fetch(url, { signal: AbortSignal.any([signal, limit]), redirect: 'manual' }).catch(
    (error: unknown) => {
      // Not a TypeError: p-retry takes those for bugs and gives up.
      throw new Error(limit.aborted ? `no answer within ${timeoutSeconds} s` : unreachable(error))
    },
  )
  await response.body?.cancel()
  if (response.status === expectStatus) return `HTTP ${response.status}`
  throw new Error(`HTTP ${response.status} instead of ${expectStatus}`)
}

function unreachable(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return `no connection (${cause instanceof Error ? cause.message : String(cause)})`
}
