// Prometheus and Alertmanager themselves, watching a gauge that we move.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { waitUntilReady } from './ready.ts'

export interface RealMonitoring {
  /** What Prometheus reads as `app_up`: its rule SystemDown fires at 0. */
  setUp(isUp: boolean): void
  /** Ends Alertmanager, and with it Watchdog's deliveries. */
  endAlertmanager(): Promise<void>
  close(): Promise<void>
}

/** Everything within seconds: scraping, rules, groups. */
const rules = `groups:
  - name: runbook
    interval: 1s
    rules:
      - alert: SystemDown
        expr: app_up == 0
        labels: { severity: critical, environment: production }
        annotations:
          summary: The system is down
          description: '{{ $labels.instance }} has not answered'
      - alert: Watchdog
        expr: vector(1)
        labels: { severity: none }
`

const prometheusConfig = (target: number, alertmanager: number): string => `global:
  scrape_interval: 1s
  evaluation_interval: 1s
rule_files: [rules.yml]
scrape_configs:
  - job_name: app
    static_configs: [{ targets: ['127.0.0.1:${target}'] }]
alerting:
  alertmanagers:
    - static_configs: [{ targets: ['127.0.0.1:${alertmanager}'] }]
`

/** As the README says, only quicker. */
const alertmanagerConfig = (webhook: { url: string; token: string }): string => `route:
  receiver: plantao
  group_by: [alertname, environment]
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 2s
receivers:
  - name: plantao
    webhook_configs:
      - url: ${webhook.url}
        send_resolved: true
        http_config:
          authorization: { type: Bearer, credentials: ${webhook.token} }
`

/** Starts both programs, which have to be on this machine, on the loopback interface. Alerts go to `webhook`. */
export async function startRealMonitoring(options: {
  dir: string
  webhook: { url: string; token: string }
}): Promise<RealMonitoring> {
  let isUp = true
  const target = createServer((_, answer) => answer.end(`# TYPE app_up gauge\napp_up ${isUp ? 1 : 0}\n`))
  target.listen(0, '127.0.0.1')
  await once(target, 'listening')
  const { port: targetPort } = target.address() as AddressInfo
  const [alertmanagerPort, prometheusPort] = [await freePort(), await freePort()]
  await mkdir(options.dir, { recursive: true })
  const file = (name: string): string => join(options.dir, name)
  await writeFile(file('alertmanager.yml'), alertmanagerConfig(options.webhook), { mode: 0o600 })
  await writeFile(file('rules.yml'), rules)
  await writeFile(file('prometheus.yml'), prometheusConfig(targetPort, alertmanagerPort))
  const alertmanager = start('prometheus-alertmanager', [
    `--config.file=${file('alertmanager.yml')}`,
    `--storage.path=${file('alertmanager')}`,
    `--web.listen-address=127.0.0.1:${alertmanagerPort}`,
    '--cluster.listen-address=',
  ])
  const ready = (port: number): string => `http://127.0.0.1:${port}/-/ready`
  // What Prometheus cannot hand over it keeps for a minute, unless told otherwise.
  await waitUntilReady([ready(alertmanagerPort)])
  const prometheus = start('prometheus', [
    `--config.file=${file('prometheus.yml')}`,
    `--storage.tsdb.path=${file('prometheus')}`,
    `--web.listen-address=127.0.0.1:${prometheusPort}`,
    '--rules.alert.resend-delay=1s',
  ])
  await waitUntilReady([ready(prometheusPort)])
  return {
    setUp: (up) => void (isUp = up),
    endAlertmanager: async () => await end(alertmanager),
    async close() {
      await Promise.all([end(prometheus), end(alertmanager)])
      target.closeAllConnections()
      target.close()
    },
  }
}

const start = (program: string, args: string[]): ChildProcess => spawn(program, args, { stdio: 'ignore' })

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}
