import { z } from 'zod'
import type { VendorFailure, VendorResult, Vendor } from './vendor-failures.ts'

/** A seller's authorisation. `accessToken` may be thousands of characters long (Bling: 1,500 to 3,000). */
export const Tokens = z.object({
  accessToken: z.string().min(1),
  refreshToken: z.string().min(1),
  expiresAt: z.coerce.date(),
})
export type Tokens = z.infer<typeof Tokens>

/** Where the tokens of one account are kept, for every process of the engine together. */
export type TokenStore = {
  /** Null: the account was never connected. */
  read: () => Promise<Tokens | null>
  /**
   * Runs `renew` with the stored tokens while nobody else can read or renew them, stores what it returns and only
   * then returns it. When `renew` rejects nothing is stored and its error comes through.
   */
  refreshExclusively: (renew: (current: Tokens) => Promise<Tokens>) => Promise<Tokens>
}

/** Gives calls their access token and renews it. */
export type Access = {
  /** The token to use now, renewed when it is about to run out. */
  token: () => Promise<VendorResult<string>>
  /** The vendor refused this token: renews it, unless somebody did already. */
  renewed: (refusedToken: string) => Promise<VendorResult<string>>
}

type AccessOptions = {
  vendor: Vendor
  store: TokenStore
  /** Asks the vendor for new tokens, once. */
  refresh: (refreshToken: string) => Promise<VendorResult<Tokens>>
}

const earlyMs = 60_000
/** Bling bans an address for an hour after 20 token calls in a minute; this leaves room for three processes. */
const pauseAfterFailureMs = 10_000

/**
 * Renewal happens once at a time, in this process and in all of them: both vendors take a refresh token once, and a
 * second use of it costs the seller's authorisation. It never hears a caller's cancel, because tokens that were
 * renewed but not stored are lost.
 */
export function createAccess({ vendor, store, refresh }: AccessOptions): Access {
  let known: Tokens | null = null
  let renewing: Promise<VendorResult<string>> | null = null
  let failed: { failure: VendorFailure; at: number; refreshToken: string } | null = null

  const stillFailing = (current: Tokens): VendorFailure | null => {
    if (failed === null || failed.refreshToken !== current.refreshToken) return null
    const forGood = failed.failure.kind === 'needs-credentials'
    return forGood || performance.now() - failed.at < pauseAfterFailureMs ? failed.failure : null
  }
  const renew = async (isUsable: (current: Tokens) => boolean): Promise<VendorResult<string>> => {
    try {
      known = await store.refreshExclusively(async (current) => {
        if (isUsable(current)) return current
        const old = stillFailing(current)
        if (old !== null) throw new RefreshFailed(old)
        const renewed = await refresh(current.refreshToken)
        if (renewed.ok) return renewed.value
        failed = { failure: renewed.failure, at: performance.now(), refreshToken: current.refreshToken }
        throw new RefreshFailed(renewed.failure)
      })
      return { ok: true, value: known.accessToken }
    } catch (error) {
      if (error instanceof RefreshFailed) return { ok: false, failure: error.failure }
      throw error
    }
  }
  const once = (isUsable: (current: Tokens) => boolean): Promise<VendorResult<string>> => {
    renewing ??= renew(isUsable).finally(() => {
      renewing = null
    })
    return renewing
  }
  return {
    async token() {
      // After a refusal only the store can bring better tokens: those of a person who connected the account again.
      if (known === null || failed !== null) known = await store.read()
      if (known === null) return { ok: false, failure: notConnected(vendor) }
      const refused = stillFailing(known)
      if (refused?.kind === 'needs-credentials') return { ok: false, failure: refused }
      return isFresh(known) ? { ok: true, value: known.accessToken } : await once(isFresh)
    },
    async renewed(refusedToken) {
      const isBetter = (current: Tokens): boolean => current.accessToken !== refusedToken && isFresh(current)
      // Another call's refusal may have come sooner, and what it brought about be known here already.
      if (known !== null && isBetter(known)) return { ok: true, value: known.accessToken }
      return await once(isBetter)
    },
  }
}

class RefreshFailed extends Error {
  readonly failure: VendorFailure

  constructor(failure: VendorFailure) {
    super(failure.code)
    this.name = 'RefreshFailed'
    this.failure = failure
  }
}

function isFresh(tokens: Tokens): boolean {
  return tokens.expiresAt.getTime() - Date.now() > earlyMs
}

function notConnected(vendor: Vendor): VendorFailure {
  const message = 'no account is connected'
  return { kind: 'needs-credentials', vendor, status: null, code: 'not-connected', message }
}
