import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createEngineClient, type IncidentSummary } from '../../engine/client.ts'
import { createAlertsSender } from '../sandbox/alerts-sender.ts'
import { storm } from '../sandbox/alerts-storm.ts'
import { keepRunning } from '../sandbox/child.ts'
import { compile } from '../sandbox/compiled.ts'
import { freePort } from '../sandbox/free-port.ts'
import { waitUntilReady } from '../sandbox/ready.ts'
import { introduceEngine, startWorld, type World } from '../sandbox/world.ts'
import { line, type Bench } from './report.ts'

const alerts = 10_000
const incidentsChannel = 'C0INCIDENTS'
const watchSeconds = 60

/**
 * 10,000 alerts as fast as they are taken, one critical among them: when it is on somebody's phone and in #incidents,
 * and what the storm costs in incidents, pages and calls to Slack within a minute.
 */
export const benchStorm: Bench = async (dir) => {
  const world = await startWorld({ dataDir: join(dir, 'world') })
  const house = await startHouse(dir, world)
  const client = createEngineClient({ url: house.engineUrl, token: world.env['ENGINE_TOKEN'] ?? '' })
  const sender = createAlertsSender({ url: house.engineUrl, token: world.env['ALERTS_TOKEN'] ?? '' })
  const callsBefore = slackCalls(world)
  const seen = watch(world)
  const startedAt = Date.now()
  await sender.fire(storm(alerts, 'production'))
  const takenMs = Date.now() - startedAt
  while ((seen.paged === null || seen.shown === null) && Date.now() - startedAt < watchSeconds * 1_000)
    await wait(50)
  const incidents = (await client.incidents({ limit: 100 })).filter(({ rule }) => rule !== 'declared')
  const critical = incidents.find(({ rule }) => rule === 'database-down')
  await wait(startedAt + watchSeconds * 1_000 - Date.now())
  const opened = Date.parse(critical?.openedAt ?? '')
  const after = (at: number | null, since: number): string =>
    at === null ? 'never' : `${((at - since) / 1_000).toFixed(2)} s`
  line(
    `${alerts} alerts taken in`,
    `${(takenMs / 1_000).toFixed(1)} s, ${Math.round((alerts * 1_000) / takenMs)}/s`,
  )
  line('the critical one: from its incident until a phone rings', after(seen.paged, opened))
  line('  until its card is in #incidents', after(seen.shown, opened))
  line(
    '  since the storm began: the phone, the card',
    `${after(seen.paged, startedAt)}, ${after(seen.shown, startedAt)}`,
  )
  line('incidents', shown(incidents))
  line('alerts in the record', `${await recorded(client, incidents)} of ${alerts}`)
  line('phones rung', `${world.pagerDuty.rings().length}`)
  const calls = slackCalls(world)
  line(
    `calls to Slack within ${watchSeconds} s`,
    `${calls.posts - callsBefore.posts} posts, ${calls.edits - callsBefore.edits} edits, ${calls.limited - callsBefore.limited} answered 429`,
  )
  await house.stop()
  await world.close()
}

/** The engine and the bot as the image holds them. */
async function startHouse(dir: string, world: World): Promise<{ engineUrl: string; stop(): Promise<void> }> {
  const compiled = join(dir, 'dist')
  await compile(compiled)
  const ports = { engine: await freePort(), bot: await freePort() }
  const engineUrl = `http://127.0.0.1:${ports.engine}`
  const env = {
    ...world.env,
    ENGINE_PORT: String(ports.engine),
    BOT_PORT: String(ports.bot),
    ENGINE_URL: engineUrl,
    LOG_LEVEL: 'error',
  }
  const children = (['engine', 'bot'] as const).map((name) =>
    keepRunning({ name, program: join(compiled, name, 'main.js'), env, log: console.log }),
  )
  world.slack.setRequestUrl(`http://127.0.0.1:${ports.bot}/slack/events`)
  await waitUntilReady([`${engineUrl}/readyz`, `http://127.0.0.1:${ports.bot}/readyz`])
  const known = introduceEngine(world, engineUrl)
  return {
    engineUrl,
    async stop() {
      known.close()
      await Promise.all(children.map(async (child) => await child.stop()))
    },
  }
}

/** When the critical incident is on a phone, and when its card is in its channel. */
function watch(world: World): { paged: number | null; shown: number | null } {
  const seen: { paged: number | null; shown: number | null } = { paged: null, shown: null }
  const isIt = (text: string): boolean => text.includes('Database down')
  world.pagerDuty.onChange(() => {
    if (seen.paged === null && world.pagerDuty.phone().some(({ title }) => isIt(title)))
      seen.paged = Date.now()
  })
  world.slack.onChange(() => {
    if (seen.shown !== null) return
    if (world.slack.messages(incidentsChannel).some((message) => isIt(JSON.stringify(message))))
      seen.shown = Date.now()
  })
  return seen
}

function slackCalls({ slack }: World): { posts: number; edits: number; limited: number } {
  const limited = (method: string): number => slack.countOf(method, 'ratelimited')
  return {
    posts: slack.countOf('chat.postMessage'),
    edits: slack.countOf('chat.update'),
    limited: limited('chat.postMessage') + limited('chat.update'),
  }
}

function shown(incidents: readonly IncidentSummary[]): string {
  const storms = incidents.filter(({ isStorm }) => isStorm).length
  const byLevel = [1, 2, 3].map((level) => incidents.filter((one) => one.level === level).length)
  return `${incidents.length}, ${storms} of them storms; of level 1, 2, 3: ${byLevel.join(', ')}`
}

async function recorded(
  client: ReturnType<typeof createEngineClient>,
  incidents: readonly IncidentSummary[],
): Promise<number> {
  let count = 0
  for (const { id } of incidents) count += (await client.incident(id)).alertCounts.total
  return count
}
