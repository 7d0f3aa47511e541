import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { migrate } from '../../db/migrate.ts'
import { findHeartbeat, forgetHeartbeat } from '../../db/heartbeats.ts'
import { createPool, type Pool } from '../../db/pool.ts'
import { readSealedToken } from '../../db/connector-tokens.ts'
import { readConfig, webhookSecrets } from '../../engine/config.ts'
import { connectAccount } from '../../engine/connect-account.ts'
import { startBling, type SandboxBling } from './bling/bling.ts'
import { sandboxCatalogue } from './catalog.ts'
import { startCluster, type Cluster } from './cluster/cluster.ts'
import { peopleReadEnglish, runbookInEnglish } from './english.ts'
import { startMercadoLivre, type SandboxMercadoLivre } from './mercado-livre/mercado-livre.ts'
import { startObjectStore, type ObjectStore } from './object-store.ts'
import { makePastReleases, seedBeforeReleases } from './past-releases.ts'
import { keepOnCallEntered, pagedPeople, pagerDutyServices } from './on-call-people.ts'
import { startPagerDuty, type SandboxPagerDuty } from './pagerduty/pagerduty.ts'
import { startPostgres, type EmbeddedPostgres } from './postgres/embedded.ts'
import { seedMlBlingSync } from './postgres/seed-ml-bling-sync.ts'
import { writeSandboxRunbook } from './runbook.ts'
import { sandboxSecrets } from './secrets.ts'
import { manifestScopes } from '../../bot/slack/manifest-scopes.ts'
import { watchdogHeartbeat } from './watchdog.ts'
import { manifestCommands } from './slack/manifest-commands.ts'
import { startSlack, type SlackStandIn } from './slack/server.ts'
import { fileStore } from './slack/store.ts'

export interface World {
  postgres: EmbeddedPostgres
  slack: SlackStandIn
  cluster: Cluster
  bling: SandboxBling
  mercadoLivre: SandboxMercadoLivre
  pagerDuty: SandboxPagerDuty
  objectStore: ObjectStore
  /** The environment in which the engine and the bot run here, as if all of this were the real thing. */
  env: Record<string, string>
  close(): Promise<void>
}

export interface WorldOptions {
  dataDir: string
  /** What the environment sets goes before the sandbox's own values. */
  given?: Record<string, string | undefined>
  /** What people and the runbook file speak; as the default file has it unless told. */
  language?: 'pt-BR' | 'en'
  /** Tests: no fsync, a cluster that runs faster. */
  fast?: boolean
}

const defaultRunbook = fileURLToPath(new URL('../plantao.yaml', import.meta.url))
const applicationDatabases = {
  DEVELOPMENT_DATABASE_URL: 'ml_bling_sync_development',
  STAGING_DATABASE_URL: 'ml_bling_sync_staging',
  PRODUCTION_DATABASE_URL: 'ml_bling_sync',
}

/** Starts everything outside Plantão that Plantão acts on, on loopback, and resumes what `dataDir` holds. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const given = Object.fromEntries(
    Object.entries(options.given ?? {}).filter((entry): entry is [string, string] => Boolean(entry[1])),
  )
  const file = (name: string): string => join(options.dataDir, name)
  await mkdir(options.dataDir, { recursive: true })
  if (options.language === 'en') await peopleReadEnglish(file('slack.json'))
  const secrets = await sandboxSecrets(file('secrets.json'))
  const blingApp = {
    clientId: 'sandbox-bling',
    clientSecret: given['BLING_CLIENT_SECRET'] ?? secrets.blingClientSecret,
  }
  const mercadoLivreApp = {
    clientId: 'sandbox-mercado-livre',
    clientSecret: given['MERCADO_LIVRE_CLIENT_SECRET'] ?? secrets.mercadoLivreClientSecret,
  }
  const speed = options.fast ? { secondMs: 20 } : {}
  const catalogue = sandboxCatalogue(options.fast ? 200 : 1_500)
  const [postgres, slack, cluster, bling, mercadoLivre, pagerDuty, objectStore] = await Promise.all([
    startPostgres({ dataDir: file('postgres'), port: 0, durable: !options.fast }),
    startSlack({
      botToken: given['SLACK_BOT_TOKEN'] ?? secrets.slackBotToken,
      appToken: given['SLACK_APP_TOKEN'] ?? secrets.slackAppToken,
      signingSecret: given['SLACK_SIGNING_SECRET'] ?? secrets.slackSigningSecret,
      scopes: await manifestScopes(),
      commands: await manifestCommands(),
      store: fileStore(file('slack.json')),
    }),
    startCluster({ port: 0, stateFile: file('cluster.json'), seed: seedBeforeReleases, ...speed }),
    startBling({ port: 0, ...blingApp, catalogue, stateFile: file('bling.json') }),
    startMercadoLivre({ port: 0, ...mercadoLivreApp, catalogue, stateFile: file('mercado-livre.json') }),
    startPagerDuty({
      port: 0,
      services: pagerDutyServices(
        secrets.pagerDutyRoutingKeys.map((key, index) => given[`PAGERDUTY_ROUTING_KEY_L${index + 1}`] ?? key),
      ),
      users: [...pagedPeople],
      apiToken: given['PAGERDUTY_API_TOKEN'] ?? secrets.pagerDutyApiToken,
      stateFile: file('pagerduty.json'),
    }),
    startObjectStore({
      dir: file('objects'),
      port: 0,
      key: { accessKeyId: 'SANDBOX', secretAccessKey: secrets.objectStoreSecretKey },
    }),
  ])
  const databases: Record<string, string> = {}
  for (const [variable, name] of Object.entries(applicationDatabases)) {
    databases[variable] = await postgres.createDatabase(name)
    await seedMlBlingSync(databases[variable])
  }
  await writeFile(file('kubeconfig'), cluster.kubeconfig, { mode: 0o600 })
  await writeSandboxRunbook(defaultRunbook, file('plantao.yaml'), cluster)
  if (options.language === 'en') await runbookInEnglish(file('plantao.yaml'))
  await makePastReleases(file('plantao.yaml'), file('kubeconfig'))

  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    DATABASE_URL: await postgres.createDatabase('plantao'),
    ...databases,
    ENGINE_TOKEN: secrets.engineToken,
    ALERTS_TOKEN: secrets.alertsToken,
    SECRETS_KEY: secrets.secretsKey,
    PLANTAO_CONFIG: file('plantao.yaml'),
    KUBECONFIG: file('kubeconfig'),
    WORK_DIR: file('work'),
    SLACK_BOT_TOKEN: secrets.slackBotToken,
    SLACK_SIGNING_SECRET: secrets.slackSigningSecret,
    SLACK_API_URL: slack.apiUrl,
    BOT_HOST: '127.0.0.1',
    BLING_API_URL: bling.url,
    BLING_CLIENT_ID: blingApp.clientId,
    BLING_CLIENT_SECRET: blingApp.clientSecret,
    MERCADO_LIVRE_API_URL: mercadoLivre.url,
    MERCADO_LIVRE_CLIENT_ID: mercadoLivreApp.clientId,
    MERCADO_LIVRE_CLIENT_SECRET: mercadoLivreApp.clientSecret,
    PAGERDUTY_EVENTS_URL: pagerDuty.url,
    PAGERDUTY_API_URL: pagerDuty.url,
    PAGERDUTY_API_TOKEN: secrets.pagerDutyApiToken,
    PAGERDUTY_WEBHOOK_SECRET: secrets.pagerDutyWebhookSecret,
    ...Object.fromEntries(
      secrets.pagerDutyRoutingKeys.map((key, index) => [`PAGERDUTY_ROUTING_KEY_L${index + 1}`, key]),
    ),
    AWS_ENDPOINT_URL_S3: objectStore.url,
    AWS_REGION: objectStore.region,
    AWS_ACCESS_KEY_ID: objectStore.accessKeyId,
    AWS_SECRET_ACCESS_KEY: objectStore.secretAccessKey,
    BACKUP_BUCKET: objectStore.bucket,
    ...given,
  }
  await connectVendors(env, { bling, mercadoLivre })
  return {
    postgres,
    slack,
    cluster,
    bling,
    mercadoLivre,
    pagerDuty,
    objectStore,
    env,
    async close() {
      await Promise.all([
        slack.close(),
        cluster.close(),
        bling.close(),
        mercadoLivre.close(),
        pagerDuty.close(),
        objectStore.close(),
      ])
      await postgres.stop()
    },
  }
}

/** Authorises the app at both vendors, the way a seller does, unless that was done at an earlier start. */
async function connectVendors(
  env: Record<string, string>,
  vendors: { bling: SandboxBling; mercadoLivre: SandboxMercadoLivre },
): Promise<void> {
  const config = readConfig(env)
  await migrate(config.DATABASE_URL)
  const pool = createPool(config.DATABASE_URL, { max: 1 })
  await forgetWatchdog(pool)
  const connected = async (connector: string): Promise<boolean> =>
    (await readSealedToken(pool, connector)) !== null
  try {
    if (!(await connected('bling')))
      await connectAccount(config, ['bling', vendors.bling.authorizationCode()])
    if (!(await connected('mercado-livre'))) {
      const code = vendors.mercadoLivre.authorizationCode()
      await connectAccount(config, ['mercado-livre', code, 'https://localhost/connected'])
    }
  } finally {
    await pool.end()
  }
}

/** A sandbox that was stopped for a day has not fallen silent: its Watchdog beats once it is begun again. */
async function forgetWatchdog(pool: Pool): Promise<void> {
  const heartbeat = await findHeartbeat(pool, watchdogHeartbeat)
  if (heartbeat?.silentSince === null) await forgetHeartbeat(pool, watchdogHeartbeat)
}

/** Tells the world where the engine is: PagerDuty sends its webhooks there, and learns from it who is on call. */
export function introduceEngine({ pagerDuty, env }: World, url: string): { close(): void } {
  const [secret = ''] = webhookSecrets(env['PAGERDUTY_WEBHOOK_SECRET'])
  // The engine's port may be another than the last time: the subscription goes with it.
  pagerDuty.subscribe(`${url}/v1/webhooks/pagerduty`, secret, 'Plantão of this sandbox')
  return { close: keepOnCallEntered(pagerDuty, { url, token: env['ENGINE_TOKEN'] ?? '' }) }
}

/** Deletes what the sandbox kept. */
export async function forgetWorld(dataDir: string): Promise<void> {
  await rm(dataDir, { recursive: true, force: true })
}
