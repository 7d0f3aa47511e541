import { migrate } from '../db/migrate.ts'
import { createPool } from '../db/pool.ts'
import { ConfigInvalid, type EngineConfig } from './config.ts'
import { secretBox } from './secret-box.ts'
import { blingApp, mercadoLivreApp } from './systems/accounts.ts'
import { exchangeBlingCode } from './systems/bling.ts'
import { exchangeMercadoLivreCode } from './systems/mercado-livre.ts'
import type { Tokens } from './systems/vendor-access.ts'
import type { VendorResult } from './systems/vendor-failures.ts'
import { saveFirstTokens } from './token-store.ts'

const usage =
  'Usage: npm run connect -- bling CODE\n' +
  '       npm run connect -- mercado-livre CODE REDIRECT_URI\n' +
  'CODE is what the vendor put into the address after the seller authorised the app; it works once.\n'

/**
 * Connects an account: exchanges the authorisation code for tokens (never twice with one code: Bling revokes the
 * seller's authorisation for that) and stores them encrypted.
 */
export async function connectAccount(config: EngineConfig, args: readonly string[]): Promise<void> {
  const [connector, code, redirectUri] = args
  if (code === undefined || (connector !== 'bling' && connector !== 'mercado-livre'))
    throw new ConfigInvalid([usage])
  const result = await exchangeCode(config, { connector, code, redirectUri: redirectUri ?? '' })
  if (!result.ok)
    throw new ConfigInvalid([`${connector} refused the code: ${JSON.stringify(result.failure)}`])
  await migrate(config.DATABASE_URL)
  const pool = createPool(config.DATABASE_URL, { max: 1 })
  await saveFirstTokens(pool, secretBox(config.SECRETS_KEY), { connector, tokens: result.value }).finally(
    async () => await pool.end(),
  )
}

async function exchangeCode(
  config: EngineConfig,
  grant: { connector: 'bling' | 'mercado-livre'; code: string; redirectUri: string },
): Promise<VendorResult<Tokens>> {
  return grant.connector === 'bling'
    ? await exchangeBlingCode(blingApp(config), grant.code)
    : await exchangeMercadoLivreCode(mercadoLivreApp(config), grant)
}
