import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { compile } from '../sandbox/compiled.ts'
import { freePort } from '../sandbox/free-port.ts'
import { startPagerDuty, type SandboxPagerDuty } from '../sandbox/pagerduty/pagerduty.ts'
import { startPostgres } from '../sandbox/postgres/embedded.ts'
import { waitUntilReady } from '../sandbox/ready.ts'
import { line, ms, percentile, ratio, spread, type Bench } from './report.ts'

const alertsToken = 'a-token-for-alerts-of-the-bench'
const routingKey = 'b'.repeat(32)
const alerts = 300
const warmUp = 30
const atOnce = 100
const patienceMs = 30_000

/**
 * From an alert's webhook until PagerDuty is called: recorded, classified, an incident, its escalation and its page
 * committed on the way; beside a bare handler that forwards at once and keeps nothing.
 */
export const benchPager: Bench = async (dir) => {
  const postgres = await startPostgres({ dataDir: join(dir, 'postgres'), port: 0 })
  const compiled = join(dir, 'dist')
  await compile(compiled)
  const pagerDuty = await startPagerDuty({
    port: 0,
    users: [{ id: 'PONCALL', name: 'On call', email: 'oncall@example.com' }],
    services: [{ id: 'SBENCH', name: 'Bench', routingKey, users: ['PONCALL'] }],
    apiToken: 'a-token-of-the-bench-only',
    now: () => performance.timeOrigin + performance.now(),
    eventsPerMinute: 1_000_000,
  })
  const bare = await startProgram(await bareForwarder(dir), { PAGERDUTY: `${pagerDuty.url}/v2/enqueue` })
  const floor = await oneByOne(bare.url, pagerDuty)
  bare.stop()
  const engine = await startProgram(join(compiled, 'engine/main.js'), {
    DATABASE_URL: await postgres.createDatabase('pager'),
    ENGINE_TOKEN: 'a-token-of-the-bench-only',
    ALERTS_TOKEN: alertsToken,
    SECRETS_KEY: Buffer.alloc(32, 1).toString('base64'),
    PLANTAO_CONFIG: await runbookFor(dir),
    PAGERDUTY_ROUTING_KEY: routingKey,
    PAGERDUTY_EVENTS_URL: pagerDuty.url,
    WORK_DIR: join(dir, 'work'),
    LOG_LEVEL: 'error',
  })
  const ours = await oneByOne(engine.url, pagerDuty)
  const burst = await together(engine.url, pagerDuty)
  engine.stop()
  line('bare handler: an alert in, forwarded at once', spread(floor))
  line('Plantão: an alert in, on disk, PagerDuty called', spread(ours))
  line(
    'beside the bare handler',
    `p50 ${ratio(percentile(ours, 0.5), percentile(floor, 0.5))}  p99 ${ratio(percentile(ours, 0.99), percentile(floor, 0.99))}`,
  )
  line(`${atOnce} critical incidents in one POST: the first called, the last`, burst.map(ms).join('  '))
  await pagerDuty.close()
  await postgres.stop()
}

/** The default runbook file, with a rule by which every alert is a critical incident of its own. */
async function runbookFor(dir: string): Promise<string> {
  const file = join(dir, 'runbook.yaml')
  const runbook = await readFile('deploy/plantao.yaml', 'utf8')
  const settings = `alerting:
  storm: { incidents: 1000000, withinMinutes: 0.001 }
  pagerduty: { eventsPerMinute: 1000000 }
`
  const rule = `  rules:
    - { name: bench, level: 1, when: { alertname: Bench }, groupBy: [instance] }
`
  await writeFile(file, runbook.replace(/^alerting:\n/m, settings).replace(/^ {2}rules:\n/m, rule))
  return file
}

/** The floor: takes an alert and sends an event, nothing else. */
async function bareForwarder(dir: string): Promise<string> {
  const file = join(dir, 'bare.mjs')
  await writeFile(
    file,
    `import { createServer } from 'node:http'
createServer((incoming, answer) => {
  if (incoming.method === 'GET') return answer.end('ready')
  const chunks = []
  incoming.on('data', (chunk) => chunks.push(chunk)).on('end', async () => {
    const [{ labels, annotations }] = JSON.parse(Buffer.concat(chunks)).alerts
    const payload = { summary: annotations.summary, source: labels.instance, severity: 'critical' }
    const body = { routing_key: '${routingKey}', event_action: 'trigger', dedup_key: labels.instance, payload }
    await fetch(process.env.PAGERDUTY, { method: 'POST', body: JSON.stringify(body) })
    answer.end('{}')
  })
}).listen(Number(process.env.ENGINE_PORT), '127.0.0.1')
`,
  )
  return file
}

async function startProgram(
  program: string,
  env: Record<string, string>,
): Promise<{ url: string; stop(): void }> {
  const port = await freePort()
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { PATH: process.env['PATH'], ENGINE_PORT: String(port), ...env },
  })
  await waitUntilReady([`http://127.0.0.1:${port}/readyz`])
  return {
    url: `http://127.0.0.1:${port}/v1/alerts/alertmanager`,
    stop: () => void child.kill('SIGKILL'),
  }
}

let number = 0
const alert = () => ({
  status: 'firing',
  labels: { alertname: 'Bench', namespace: 'production', instance: `10.0.0.1:${(number += 1)}` },
  annotations: { summary: 'The database is down' },
  startsAt: new Date().toISOString(),
  endsAt: '0001-01-01T00:00:00Z',
  fingerprint: number.toString(16).padStart(16, '0'),
})

async function post(url: string, count: number): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${alertsToken}` },
    body: JSON.stringify({ version: '4', alerts: Array.from({ length: count }, alert) }),
  })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
}

const now = (): number => performance.timeOrigin + performance.now()

/** Milliseconds from each POST until PagerDuty was called for it. */
async function oneByOne(url: string, pagerDuty: SandboxPagerDuty): Promise<number[]> {
  const samples: number[] = []
  for (let index = 0; index < alerts + warmUp; index += 1) {
    const before = pagerDuty.calls().length
    const sentAt = now()
    await post(url, 1)
    samples.push((await callsAfter(pagerDuty, before, 1)).map((at) => at - sentAt)[0] ?? Number.NaN)
    await delay(5)
  }
  return samples.slice(warmUp)
}

/** The same for many in one POST: the first call and the last. */
async function together(url: string, pagerDuty: SandboxPagerDuty): Promise<number[]> {
  const before = pagerDuty.calls().length
  const sentAt = now()
  await post(url, atOnce)
  const times = (await callsAfter(pagerDuty, before, atOnce)).map((at) => at - sentAt)
  return [Math.min(...times), Math.max(...times)]
}

async function callsAfter(pagerDuty: SandboxPagerDuty, before: number, count: number): Promise<number[]> {
  const until = now() + patienceMs
  while (pagerDuty.calls().length < before + count) {
    if (now() > until) throw new Error(`PagerDuty was called ${pagerDuty.calls().length - before} times`)
    await delay(1)
  }
  return pagerDuty
    .calls()
    .slice(before, before + count)
    .map(({ at }) => at)
}
