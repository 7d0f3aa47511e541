import { randomBytes } from 'node:crypto'
import { z } from 'zod'

export const GrantsState = z.object({
  access: z.array(z.object({ token: z.string(), expiresAt: z.number() })),
  refreshToken: z.string().nullable(),
})
export type GrantsState = z.infer<typeof GrantsState>

export type IssuedTokens = { accessToken: string; refreshToken: string; expiresAt: Date }

/**
 * The one authorisation a seller gave: access tokens that expire, and a refresh token of which only the last one
 * works, once. Both vendors work like this.
 */
export type Grants = {
  issue: () => IssuedTokens
  /** Null: this refresh token is not the last one (used, replaced or revoked). */
  refresh: (refreshToken: string) => IssuedTokens | null
  /** An authorisation code, good once and for a minute. */
  code: () => string
  redeem: (code: string) => IssuedTokens | 'used' | 'unknown'
  accepts: (accessToken: string) => boolean
  expireAccess: () => void
  revoke: () => void
  state: () => GrantsState
}

export function createGrants(options: {
  lifetimeSeconds: number
  accessToken: () => string
  now: () => number
  saved: GrantsState | undefined
  changed: () => void
}): Grants {
  let { access, refreshToken }: GrantsState = options.saved ?? { access: [], refreshToken: null }
  const codes = new Map<string, { expiresAt: number; used: boolean }>()

  const issue = (): IssuedTokens => {
    const token = options.accessToken()
    const expiresAt = options.now() + options.lifetimeSeconds * 1000
    access = [...access.filter((known) => known.expiresAt > options.now()), { token, expiresAt }]
    const last = `TG-${randomBytes(20).toString('hex')}`
    refreshToken = last
    options.changed()
    return { accessToken: token, refreshToken: last, expiresAt: new Date(expiresAt) }
  }
  const revoke = (): void => {
    access = []
    refreshToken = null
    options.changed()
  }
  return {
    issue,
    revoke,
    refresh: (given) => (refreshToken !== null && given === refreshToken ? issue() : null),
    code() {
      const code = randomBytes(20).toString('hex')
      codes.set(code, { expiresAt: options.now() + 60_000, used: false })
      return code
    },
    redeem(given) {
      const code = codes.get(given)
      if (code === undefined || code.expiresAt <= options.now()) return 'unknown'
      if (code.used) return 'used'
      code.used = true
      return issue()
    },
    accepts: (given) => access.some(({ token, expiresAt }) => token === given && expiresAt > options.now()),
    expireAccess() {
      access = []
      options.changed()
    },
    state: () => ({ access, refreshToken }),
  }
}
