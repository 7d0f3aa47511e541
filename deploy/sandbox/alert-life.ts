// The life of one alert through programs nobody of us wrote: Prometheus, Alertmanager, the engine, PagerDuty's stand-in.
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createEngineClient } from '../../engine/client.ts'
import { readConfig } from '../../engine/config.ts'
import { startEngine } from '../../engine/engine.ts'
import { pagedPeople, pagerDutyServices } from './on-call-people.ts'
import { startPagerDuty } from './pagerduty/pagerduty.ts'
import { startRealMonitoring } from './real-monitoring.ts'

const patienceMs = 60_000
const secret = (): string => randomBytes(16).toString('hex')

/**
 * A rule of Prometheus fires, an incident opens, a phone rings and is answered; the rule heals, all closes. Then
 * Alertmanager dies: its silence opens an incident too. Says each step as it is seen; throws when one is not.
 */
export async function liveOneAlert(options: {
  dir: string
  databaseUrl: string
  say(step: string): void
}): Promise<void> {
  const { say } = options
  const tokens = { engine: secret(), alerts: secret(), webhook: secret(), api: secret() }
  const routingKeys = Array.from({ length: 4 }, secret)
  const pagerDuty = await startPagerDuty({
    port: 0,
    services: pagerDutyServices(routingKeys),
    users: [...pagedPeople],
    apiToken: tokens.api,
  })
  const engine = await startEngine(
    readConfig({
      DATABASE_URL: options.databaseUrl,
      ENGINE_TOKEN: tokens.engine,
      ALERTS_TOKEN: tokens.alerts,
      ENGINE_PORT: '0',
      SECRETS_KEY: randomBytes(32).toString('base64'),
      PLANTAO_CONFIG: await quickRunbook(options.dir),
      WORK_DIR: options.dir,
      LOG_LEVEL: 'silent',
      PAGERDUTY_EVENTS_URL: pagerDuty.url,
      PAGERDUTY_API_URL: pagerDuty.url,
      PAGERDUTY_API_TOKEN: tokens.api,
      PAGERDUTY_WEBHOOK_SECRET: tokens.webhook,
      ...Object.fromEntries(routingKeys.map((key, index) => [`PAGERDUTY_ROUTING_KEY_L${index + 1}`, key])),
    }),
  )
  const url = `http://127.0.0.1:${engine.port}`
  pagerDuty.subscribe(`${url}/v1/webhooks/pagerduty`, tokens.webhook)
  const monitoring = await startRealMonitoring({
    dir: join(options.dir, 'monitoring'),
    webhook: { url: `${url}/v1/alerts/alertmanager`, token: tokens.alerts },
  })
  const client = createEngineClient({ url, token: tokens.engine })
  const incident = async (rule: string) => {
    const found = (await client.incidents()).find((one) => one.rule === rule)
    return found ? await client.incident(found.id) : null
  }
  try {
    monitoring.setUp(false)
    await until(async () => (await incident('system-down'))?.state === 'open')
    say('the rule fired, an incident opened')
    await until(async () => (await incident('system-down'))?.pages[0]?.state === 'confirmed')
    const rung = pagerDuty.phone().find(({ status }) => status === 'triggered')
    if (!rung) throw new Error('the page is confirmed, but no phone rings')
    say(`the page went out, PagerDuty confirmed it: "${rung.title}"`)
    if (!pagerDuty.acknowledge(rung.id, 'PMARIA')) throw new Error('the phone could not acknowledge')
    await until(async () => (await incident('system-down'))?.state === 'acknowledged')
    say('answered on the phone, acknowledged here')
    monitoring.setUp(true)
    await until(async () => (await incident('system-down'))?.state === 'resolved')
    await until(() => pagerDuty.phone().every(({ status }) => status === 'resolved'))
    say('the rule healed, the incident and PagerDuty’s are resolved')
    const { alerts } = (await incident('system-down')) ?? { alerts: [] }
    if (alerts.length !== 1) throw new Error(`one alert was expected, there are ${alerts.length}`)
    say('repeated deliveries made nothing twice: one incident, one alert, one page')
    await monitoring.endAlertmanager()
    await until(async () => (await incident('heartbeat'))?.state === 'open')
    say('Alertmanager was ended: its silence opened an incident')
  } finally {
    await monitoring.close()
    await engine.close()
    await pagerDuty.close()
  }
}

/** The default runbook file, where what takes minutes takes seconds. */
async function quickRunbook(dir: string): Promise<string> {
  const runbook = await readFile('deploy/plantao.yaml', 'utf8')
  const file = join(dir, 'plantao.yaml')
  await mkdir(dir, { recursive: true })
  await writeFile(
    file,
    runbook
      .replace(/^alerting:\n/m, 'alerting:\n  holdResolveMinutes: 0.02\n')
      .replace('silentAfterSeconds: 900', 'silentAfterSeconds: 15'),
  )
  return file
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + patienceMs
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`not seen within ${patienceMs / 1_000} s: ${String(isSo)}`)
    await delay(100)
  }
}
