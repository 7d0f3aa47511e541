import { createHash } from 'node:crypto'
import pLimit from 'p-limit'
import pRetry from 'p-retry'
import { z } from 'zod'

export interface SandboxAlert {
  labels: Record<string, string>
  summary: string
}

export interface AlertsSender {
  /** Fires them, or goes on firing; answers with the incidents they are in. */
  fire(alerts: readonly SandboxAlert[], options?: { spreadOverMs?: number }): Promise<number[]>
  /** They are over, whether they were fired since the start or before it. */
  heal(alerts: readonly SandboxAlert[]): Promise<number[]>
  /** All that were fired since the start are over; answers with how many. */
  healAll(): Promise<number>
  /** What fires now began that much longer ago. */
  passTime(milliseconds: number): void
}

/** A group of many alerts arrives in one delivery. */
const perPost = 50
const postsAtOnce = 4
const never = '0001-01-01T00:00:00Z'
const Taken = z.object({ incidents: z.array(z.number()) })

interface Firing {
  alert: SandboxAlert
  startsAt: Date
}

/** An Alertmanager in front of Plantão: remembers what fires, and posts its webhook, version 4. */
export function createAlertsSender(options: {
  /** Of the engine. */
  url: string
  token: string
  perPost?: number
}): AlertsSender {
  const firing = new Map<string, Firing>()
  const size = options.perPost ?? perPost

  /** As Alertmanager does: a 4xx is for good, anything else is tried again. */
  const post = async (alerts: readonly object[]): Promise<number[]> =>
    await pRetry(
      async () => {
        const response = await fetch(`${options.url}/v1/alerts/alertmanager`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${options.token}` },
          body: JSON.stringify(webhook(alerts)),
          signal: AbortSignal.timeout(10_000),
        })
        if (!response.ok) throw new NotTaken(response.status, await response.text())
        return Taken.parse(await response.json()).incidents
      },
      {
        retries: 6,
        minTimeout: 500,
        maxTimeout: 2_000,
        shouldRetry: ({ error }) => !(error instanceof NotTaken) || error.status >= 500,
      },
    )
  const postAll = async (alerts: readonly object[], spreadOverMs = 0): Promise<number[]> => {
    const posts = Array.from({ length: Math.ceil(alerts.length / size) }, (_, index) =>
      alerts.slice(index * size, (index + 1) * size),
    )
    const limit = pLimit(postsAtOnce)
    const beganAt = performance.now()
    const incidents = await Promise.all(
      posts.map(async (some, index) => {
        await until(beganAt + (index / posts.length) * spreadOverMs)
        return await limit(async () => await post(some))
      }),
    )
    return [...new Set(incidents.flat())].toSorted((one, other) => one - other)
  }

  return {
    async fire(alerts, { spreadOverMs } = {}) {
      for (const alert of alerts) {
        const known = firing.get(fingerprintOf(alert))
        firing.set(fingerprintOf(alert), { alert, startsAt: known?.startsAt ?? new Date() })
      }
      return await postAll(
        alerts.map((alert) => {
          const startsAt = firing.get(fingerprintOf(alert))?.startsAt ?? new Date()
          return wire({ alert, startsAt }, null)
        }),
        spreadOverMs,
      )
    },
    async heal(alerts) {
      const endsAt = new Date()
      const over = alerts.map((alert) => firing.get(fingerprintOf(alert)) ?? { alert, startsAt: endsAt })
      for (const alert of alerts) firing.delete(fingerprintOf(alert))
      return await postAll(over.map((one) => wire(one, endsAt)))
    },
    async healAll() {
      const alerts = [...firing.values()].map(({ alert }) => alert)
      await this.heal(alerts)
      return alerts.length
    },
    passTime(milliseconds) {
      for (const one of firing.values()) one.startsAt = new Date(one.startsAt.getTime() - milliseconds)
    },
  }
}

class NotTaken extends Error {
  readonly status: number

  constructor(status: number, answer: string) {
    super(`The engine answered ${status}: ${answer.slice(0, 300)}`)
    this.name = 'NotTaken'
    this.status = status
  }
}

const until = async (time: number): Promise<void> => {
  const waitMs = time - performance.now()
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
}

/** prometheus.io/docs/alerting/latest/configuration, webhook_config. */
function webhook(alerts: readonly object[]): object {
  const isFiring = alerts.some((alert) => 'status' in alert && alert.status === 'firing')
  return {
    version: '4',
    groupKey: '{}:{}',
    truncatedAlerts: 0,
    status: isFiring ? 'firing' : 'resolved',
    receiver: 'plantao',
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager.ml-bling-sync.com',
    alerts,
  }
}

const wire = ({ alert, startsAt }: Firing, endsAt: Date | null): object => ({
  status: endsAt ? 'resolved' : 'firing',
  labels: alert.labels,
  annotations: { summary: alert.summary },
  startsAt: startsAt.toISOString(),
  endsAt: endsAt?.toISOString() ?? never,
  generatorURL: `http://prometheus.ml-bling-sync.com/graph?g0.expr=${alert.labels['alertname'] ?? ''}`,
  fingerprint: fingerprintOf(alert),
})

/** 16 hexadecimal digits that name the set of labels. Prometheus hashes them otherwise; to others it is just a name. */
const fingerprintOf = ({ labels }: SandboxAlert): string =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1))))
    .digest('hex')
    .slice(0, 16)
