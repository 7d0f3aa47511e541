import type { Logger } from 'pino'
import type { EngineClient, Settings } from '../engine/client.ts'

export interface CurrentSettings {
  /** At once when they are known, else from the engine: throws EngineUnavailable. */
  get: () => Promise<Settings>
  /** What is known without asking; before that, what Plantão speaks by default. */
  manners: () => Pick<Settings, 'locale' | 'timeZone'>
  known(): boolean
}

const freshForSeconds = 60
const defaultManners = { locale: 'pt-BR', timeZone: 'America/Sao_Paulo' } as const

/** The settings of the runbook file, as the engine has them: asked for once a minute, never on the way to an answer. */
export function createCurrentSettings(deps: {
  engine: Pick<EngineClient, 'settings'>
  now: () => number
  log: Logger
}): CurrentSettings {
  let known: Settings | undefined
  let askedAt = 0
  let asking: Promise<Settings> | undefined

  function ask(): Promise<Settings> {
    asking ??= deps.engine
      .settings()
      .then((settings) => {
        known = settings
        askedAt = deps.now()
        return settings
      })
      .finally(() => (asking = undefined))
    return asking
  }

  return {
    async get() {
      if (known === undefined) return await ask()
      if (deps.now() - askedAt > freshForSeconds * 1000) {
        ask().catch((error: unknown) => deps.log.debug({ err: error }, 'settings are not refreshed'))
      }
      return known
    },
    manners: () => known ?? defaultManners,
    known: () => known !== undefined,
  }
}
