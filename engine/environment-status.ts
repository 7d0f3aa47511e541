import type { EngineContext } from './context.ts'
import { checkHealth } from './systems/health-checks.ts'

export interface EnvironmentNow {
  version: string | null
  revision: number | null
  releasedBy: string | null
  releasedAt: string | null
  health: 'healthy' | 'unhealthy' | 'unknown'
  problem: string | null
}

const timeoutMs = 4_000

/** What runs in an environment and whether it is well. Trouble in reading it is part of the answer, not an error. */
export async function environmentStatus(context: EngineContext, name: string): Promise<EnvironmentNow> {
  const [release, health] = await Promise.all([releaseNow(context, name), healthNow(context, name)])
  return { ...release, health }
}

async function releaseNow(context: EngineContext, name: string): Promise<Omit<EnvironmentNow, 'health'>> {
  const nothing = { version: null, revision: null, releasedBy: null, releasedAt: null }
  try {
    const release = await context.releases(name).current()
    if (!release) return { ...nothing, problem: null }
    return {
      version: release.version,
      revision: release.revision,
      releasedBy: release.by,
      releasedAt: release.at === '' ? null : new Date(release.at).toISOString(),
      problem: null,
    }
  } catch (error) {
    return { ...nothing, problem: context.redact(error instanceof Error ? error.message : String(error)) }
  }
}

async function healthNow(context: EngineContext, name: string): Promise<EnvironmentNow['health']> {
  const checks = context.runbook.environments[name]?.healthChecks ?? []
  if (checks.length === 0) return 'unknown'
  try {
    await checkHealth(checks, { signal: AbortSignal.timeout(timeoutMs), log: () => undefined, attempts: 1 })
    return 'healthy'
  } catch {
    return 'unhealthy'
  }
}
