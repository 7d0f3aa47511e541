import { spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createPool } from '../../db/pool.ts'
import { findProgram } from '../../engine/systems/program.ts'
import { compile } from '../sandbox/compiled.ts'
import { freePort } from '../sandbox/free-port.ts'
import { startPostgres } from '../sandbox/postgres/embedded.ts'
import { waitUntilReady } from '../sandbox/ready.ts'
import { line, ms, percentile, ratio, type Bench } from './report.ts'

const alertsToken = 'a-token-for-alerts-of-the-bench'
const connections = 8
const goal = 2_500

/** What a program that has just started does first, of either kind, is not measured: it runs for months. */
const warmUp = 2_000

/** What is measured: so many alerts, so many in one POST, each of a group of its own. */
const loads = [
  { alerts: 2_000, perPost: 1 },
  { alerts: 10_000, perPost: 50 },
]

interface Figures {
  perSecond: number
  p50: number
  p99: number
}

/**
 * How many alerts a second are taken in: by us, committed to disk before the answer, each with its incident; beside
 * Alertmanager's own API in the same run, which keeps them in memory only. Both take the same alerts from the same
 * sender; ours are of level 3, so nobody is called meanwhile, where Alertmanager hands each on at once, or none.
 */
export const benchIngest: Bench = async (dir) => {
  const postgres = await startPostgres({ dataDir: join(dir, 'postgres'), port: 0 })
  const compiled = join(dir, 'dist')
  await compile(compiled)
  const ours: Figures[] = []
  for (const [index, load] of loads.entries()) {
    const storm = { incidents: 1_000_000, withinMinutes: 0.001 }
    const url = await postgres.createDatabase(`ingest_${index}`)
    const engine = await startEngine(dir, { compiled, databaseUrl: url, storm })
    const figures = await send(engine.url, load, (alert) => alertmanagerAlert(alert))
    await check(url, warmUp + load.alerts)
    engine.stop()
    ours.push(figures)
    line(
      `Plantão, ${load.perPost} a POST, an incident each`,
      shown(figures),
      index === 1 ? `>= ${goal}/s` : undefined,
    )
  }
  const url = await postgres.createDatabase('ingest_storm')
  const engine = await startEngine(dir, { compiled, databaseUrl: url })
  const last = loads[loads.length - 1] ?? { alerts: 0, perPost: 1 }
  line('Plantão, 50 a POST, as a storm (6 incidents)', shown(await send(engine.url, last, alertmanagerAlert)))
  engine.stop()
  await postgres.stop()

  const program = await findProgram('prometheus-alertmanager').catch(() => null)
  if (program === null) {
    console.log(
      'no prometheus-alertmanager here: the comparison is left out (apt-get install prometheus-alertmanager)',
    )
    return
  }
  for (const [index, load] of loads.entries()) {
    for (const delivers of [true, false]) {
      const alertmanager = await startAlertmanager(
        join(dir, `alertmanager-${index}-${delivers}`),
        program,
        delivers,
      )
      const figures = await send(alertmanager.url, load, apiAlert)
      await alertmanager.stop()
      const what = `Alertmanager, ${load.perPost} a POST, in memory, ${delivers ? 'webhooks out' : 'nothing out'}`
      line(what, `${shown(figures)}   Plantão ${ratio(ours[index]?.perSecond ?? 0, figures.perSecond)}`)
    }
  }
}

const shown = ({ perSecond, p50, p99 }: Figures): string =>
  `${perSecond.toFixed(0)} alerts/s, POST p50 ${ms(p50)} p99 ${ms(p99)}`

const startsAt = new Date().toISOString()
const labels = (index: number): Record<string, string> => ({
  alertname: `Bench${index}`,
  severity: 'warning',
  namespace: 'production',
  job: 'backend',
  instance: `10.0.${index % 250}.${(index * 7) % 250}:8080`,
  pod: `backend-7d9f8b6c5-${index.toString(36).padStart(5, '0')}`,
})
const annotations = {
  summary: 'Latency is high',
  description: 'The 99th percentile has been above 2 s for 10 minutes',
}
const generatorURL = 'http://prometheus:9090/graph?g0.expr=latency%3E2&g0.tab=1'

const apiAlert = (index: number) => ({ labels: labels(index), annotations, startsAt, generatorURL })
const alertmanagerAlert = (index: number) => ({
  ...apiAlert(index),
  status: 'firing',
  endsAt: '0001-01-01T00:00:00Z',
  fingerprint: index.toString(16).padStart(16, '0'),
})

interface Load {
  alerts: number
  perPost: number
  /** The number of the first one. */
  from?: number
}

async function send(url: string, load: Load, alert: (index: number) => unknown): Promise<Figures> {
  await sendFrom(url, { alerts: warmUp, perPost: load.perPost, from: load.alerts }, alert)
  return await sendFrom(url, load, alert)
}

/** Sends from so many connections, each its next POST when the last was answered. */
async function sendFrom(
  url: string,
  { alerts, perPost, from = 0 }: Load,
  alert: (index: number) => unknown,
): Promise<Figures> {
  const isOurs = url.includes('/v1/')
  const bodies = Array.from({ length: alerts / perPost }, (_, post) => {
    const list = Array.from({ length: perPost }, (_one, index) => alert(from + post * perPost + index))
    return JSON.stringify(isOurs ? { version: '4', alerts: list } : list)
  })
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const times: number[] = []
  const startedAt = performance.now()
  let next = 0
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
        const sentAt = performance.now()
        await post(url, body, agent)
        times.push(performance.now() - sentAt)
      }
    }),
  )
  const seconds = (performance.now() - startedAt) / 1_000
  agent.destroy()
  return { perSecond: alerts / seconds, p50: percentile(times, 0.5), p99: percentile(times, 0.99) }
}

async function post(url: string, body: string, agent: Agent): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${alertsToken}` }
  await new Promise<void>((resolve, reject) => {
    const call = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume().on('end', () => {
        if (response.statusCode === 200) resolve()
        else reject(new Error(`${url} answered ${response.statusCode}`))
      })
    })
    call.on('error', reject).end(body)
  })
}

/** An engine as the image holds it, a process of its own. */
async function startEngine(
  dir: string,
  options: { compiled: string; databaseUrl: string; storm?: { incidents: number; withinMinutes: number } },
): Promise<{ url: string; stop(): void }> {
  const port = await freePort()
  const config = join(dir, `runbook-${port}.yaml`)
  const runbook = await readFile('deploy/plantao.yaml', 'utf8')
  const storm = options.storm === undefined ? '' : `  storm: ${JSON.stringify(options.storm)}\n`
  await writeFile(config, runbook.replace(/^alerting:\n/m, `alerting:\n${storm}`))
  const engine = spawn(process.execPath, [join(options.compiled, 'engine/main.js')], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: options.databaseUrl,
      ENGINE_PORT: String(port),
      ENGINE_TOKEN: 'a-token-of-the-bench-only',
      ALERTS_TOKEN: alertsToken,
      SECRETS_KEY: Buffer.alloc(32, 1).toString('base64'),
      PLANTAO_CONFIG: config,
      WORK_DIR: join(dir, 'work'),
      LOG_LEVEL: 'error',
    },
  })
  await waitUntilReady([`http://127.0.0.1:${port}/readyz`])
  return { url: `http://127.0.0.1:${port}/v1/alerts/alertmanager`, stop: () => void engine.kill('SIGKILL') }
}

async function check(databaseUrl: string, alerts: number): Promise<void> {
  const pool = createPool(databaseUrl, { max: 1 })
  const { rows } = await pool.query(
    'select count(*) as n from alert join incident on incident.id = incident_id',
  )
  await pool.end()
  if (Number(rows[0]?.n) !== alerts) throw new Error(`${rows[0]?.n} of ${alerts} alerts have an incident`)
}

/** A single Alertmanager where every alert is a group of its own, handed on at once to a sink, or to nobody. */
async function startAlertmanager(
  dir: string,
  program: string,
  delivers: boolean,
): Promise<{ url: string; stop(): Promise<void> }> {
  const sink = createServer((incoming, answer) => incoming.resume().on('end', () => answer.end()))
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve))
  const { port: sinkPort } = sink.address() as AddressInfo
  await mkdir(dir, { recursive: true })
  const webhook = `\n    webhook_configs:\n      - url: http://127.0.0.1:${sinkPort}/`
  await writeFile(
    join(dir, 'alertmanager.yml'),
    `route:
  receiver: sink
  group_by: ['...']
  group_wait: 0s
receivers:
  - name: sink${delivers ? webhook : ''}
`,
  )
  const port = await freePort()
  const alertmanager = spawn(
    program,
    [
      `--config.file=${join(dir, 'alertmanager.yml')}`,
      `--storage.path=${join(dir, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
      '--log.level=error',
    ],
    { stdio: 'ignore' },
  )
  await waitUntilReady([`http://127.0.0.1:${port}/-/ready`])
  return {
    url: `http://127.0.0.1:${port}/api/v2/alerts`,
    async stop() {
      alertmanager.kill('SIGKILL')
      sink.closeAllConnections()
      await new Promise((resolve) => sink.close(resolve))
    },
  }
}
