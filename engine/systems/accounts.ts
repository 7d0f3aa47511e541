import type { EngineConfig } from '../config.ts'
import { StepFailure } from '../failures.ts'
import type { BlingApp } from './bling.ts'
import type { MercadoLivreApp } from './mercado-livre.ts'

/** Our app at Bling, from the environment. Throws StepFailure when it is not configured. */
export function blingApp(config: EngineConfig): BlingApp {
  const { BLING_CLIENT_ID: clientId, BLING_CLIENT_SECRET: clientSecret, BLING_API_URL: url } = config
  if (clientId === undefined || clientSecret === undefined) throw notConfigured('Bling', 'BLING')
  return { url, clientId, clientSecret }
}

/** Our app at Mercado Livre, from the environment. Throws StepFailure when it is not configured. */
export function mercadoLivreApp(config: EngineConfig): MercadoLivreApp {
  const { MERCADO_LIVRE_CLIENT_ID: clientId, MERCADO_LIVRE_CLIENT_SECRET: clientSecret } = config
  if (clientId === undefined || clientSecret === undefined)
    throw notConfigured('Mercado Livre', 'MERCADO_LIVRE')
  return { url: config.MERCADO_LIVRE_API_URL, clientId, clientSecret }
}

const notConfigured = (vendor: string, prefix: string): StepFailure =>
  new StepFailure(
    'not-configured',
    { vendor },
    `${vendor} is not configured: set ${prefix}_CLIENT_ID and ${prefix}_CLIENT_SECRET and start the engine again.`,
  )
