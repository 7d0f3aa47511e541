import { lockSealedToken, readSealedToken, saveSealedToken } from '../db/connector-tokens.ts'
import { transaction, type Pool } from '../db/pool.ts'
import type { SecretBox } from './secret-box.ts'
import { Tokens, type TokenStore } from './systems/vendor-access.ts'

/** A connector's tokens in Postgres, encrypted; renewed by one process at a time, all engines together. */
export function tokenStore(pool: Pool, box: SecretBox, connector: string): TokenStore {
  const open = (sealed: Buffer | null): Tokens | null =>
    sealed && Tokens.parse(JSON.parse(box.open(sealed, connector)))
  return {
    read: async () => open(await readSealedToken(pool, connector)),
    refreshExclusively: async (renew) =>
      await transaction(pool, async (tx) => {
        const current = open(await lockSealedToken(tx, connector))
        if (!current)
          throw new Error(`${connector} is not connected: run npm run connect -- ${connector} CODE`)
        const renewed = await renew(current)
        await saveSealedToken(tx, connector, box.seal(JSON.stringify(renewed), connector))
        return renewed
      }),
  }
}

/** Stores the first tokens of an account, as the vendor gave them for an authorisation code. */
export async function saveFirstTokens(
  pool: Pool,
  box: SecretBox,
  account: { connector: string; tokens: Tokens },
): Promise<void> {
  await saveSealedToken(pool, account.connector, box.seal(JSON.stringify(account.tokens), account.connector))
}
