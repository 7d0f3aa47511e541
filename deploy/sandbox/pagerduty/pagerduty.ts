import { Hono } from 'hono'
import { z } from 'zod'
import { createFaults, type Fault, type VendorEnv } from '../vendor/faults.ts'
import { serveOnLoopback } from '../vendor/serve.ts'
import { openStateFile } from '../vendor/state-file.ts'
import { AccountState, createAccount, type Incident, type Ring, type Service, type User } from './account.ts'
import { createCallLog, type Call } from './call-log.ts'
import { eventsApi } from './events-api.ts'
import { restApi } from './rest-api.ts'
import type { Override, Schedule } from './schedules.ts'
import { createSubscriptions, Subscription, type SentWebhook } from './subscriptions.ts'

const State = z.object({ account: AccountState, subscriptions: z.array(Subscription) })

export interface PagerDutyOptions {
  /** 0: any free one. */
  port: number
  services: Service[]
  users: User[]
  schedules?: Schedule[]
  apiToken: string
  /** Keeps incidents and subscriptions over restarts. */
  stateFile?: string
  /** Milliseconds since the epoch: what the sliding limits count by. */
  now?: () => number
  eventsPerMinute?: number
  restPerMinute?: number
  /** How long a webhook waits for its answer, and until it is sent again. */
  webhookTimeoutMs?: number
  webhookRetryMs?: number
}

export type Outage = '503' | 'hang' | 'reset'

export interface SandboxPagerDuty {
  /** Both APIs: /v2/enqueue and the REST paths. */
  url: string
  close(): Promise<void>
  /**
   * Has everything that happens told to this address, signed with this secret. Known addresses are kept; so is the
   * subscription of this description, which then goes to the new address with what it has not delivered yet.
   */
  subscribe(url: string, secret: string, description?: string): Subscription
  subscriptions(): Subscription[]
  /** Everything answers like this, or is well again. */
  setOutage(outage: Outage | null): void
  /** Events are answered 202 and come to nothing. */
  setSwallow(swallows: boolean): void
  setDropWebhooks(drops: boolean): void
  setDelay(milliseconds: number): void
  fail(fault: Fault): void
  heal(): void
  /** What anybody's phone shows: incidents newest first, those that ring for `user` only when one is named. */
  phone(user?: string): PhoneIncident[]
  /** As from the app on the phone. False: that cannot be done to it any more. */
  acknowledge(incidentId: string, user: string): boolean
  resolve(incidentId: string, user: string): boolean
  unacknowledge(incidentId: string, user: string): boolean
  note(incidentId: string, user: string, content: string): boolean
  rings(): readonly Ring[]
  /** Told whenever something happened to an incident; call what it returns to hear no more. */
  onChange(listener: () => void): () => void
  /** Everything that happened so far was that much longer ago. */
  passTime(milliseconds: number): void
  changes(): readonly unknown[]
  overrides(): readonly Override[]
  calls(): readonly Call[]
  webhooks(): readonly SentWebhook[]
  replayWebhook(subscription: Subscription, delivery: { id: string; body: string }): Promise<number>
  users: readonly User[]
  services: readonly Service[]
}

export interface PhoneIncident {
  id: string
  number: number
  title: string
  status: Incident['status']
  service: string
  people: User[]
  acknowledgedBy: User[]
  keys: string[]
  createdAt: string
}

/** PagerDuty on the loopback interface, with the rules of its documentation. */
export async function startPagerDuty(options: PagerDutyOptions): Promise<SandboxPagerDuty> {
  const now = options.now ?? Date.now
  const file = openStateFile(options.stateFile, State)
  const levers = { swallows: false, dropsWebhooks: false, delayMs: 0 }
  let saving: NodeJS.Timeout | undefined
  const save = (): void => {
    clearTimeout(saving)
    saving = undefined
    file.save({ account: account.state, subscriptions: subscriptions.list() })
  }
  const listeners = new Set<() => void>()
  const changed = (): void => {
    for (const listener of listeners) listener()
    if (options.stateFile !== undefined) saving ??= setTimeout(save, 100)
  }
  const subscriptions = createSubscriptions({
    account: () => account,
    saved: file.saved?.subscriptions,
    now,
    changed,
    timeoutMs: options.webhookTimeoutMs ?? 5_000,
    retryMs: options.webhookRetryMs ?? 1_000,
    drops: () => levers.dropsWebhooks,
  })
  const account = createAccount({
    services: options.services,
    users: options.users,
    schedules: options.schedules ?? [],
    saved: file.saved?.account,
    now,
    changed,
    happened: subscriptions.tell,
  })
  const log = createCallLog(now)
  const outage = createFaults()
  const faults = createFaults()
  const app = new Hono<VendorEnv>()
  app.use(async (c, next) => {
    if (levers.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, levers.delayMs))
    await next()
    log.answered(c, c.res)
  })
  app.use(outage.middleware, faults.middleware)
  app.route(
    '/',
    eventsApi({
      account,
      log,
      now,
      perMinute: options.eventsPerMinute ?? 120,
      swallows: () => levers.swallows,
    }),
  )
  app.route(
    '/',
    restApi({
      account,
      subscriptions,
      log,
      token: options.apiToken,
      now,
      perMinute: options.restPerMinute ?? 960,
    }),
  )
  const server = await serveOnLoopback(app, options.port)

  const act = (
    incidentId: string,
    userId: string,
    what: (incident: Incident, user: User) => void,
  ): boolean => {
    const incident = account.incident(incidentId)
    const user = account.user(userId)
    if (!incident || !user || incident.status === 'resolved') return false
    what(incident, user)
    return true
  }
  return {
    url: server.url,
    users: options.users,
    services: options.services,
    async close() {
      subscriptions.close()
      await server.close()
      if (saving !== undefined) save()
    },
    subscribe(url, secret, description = '') {
      const all = subscriptions.list()
      const known =
        all.find((one) => one.url === url) ??
        all.find((one) => description !== '' && one.description === description)
      if (!known) return subscriptions.subscribe(url, secret, description)
      known.url = url
      changed()
      if (!known.secrets.includes(secret)) known.secrets.push(secret)
      return known
    },
    subscriptions: subscriptions.list,
    setOutage(kind) {
      outage.clear()
      if (kind !== null) outage.add({ trouble: kind === '503' ? { status: 503 } : kind, times: Infinity })
    },
    setSwallow(swallows) {
      levers.swallows = swallows
    },
    setDropWebhooks(drops) {
      levers.dropsWebhooks = drops
    },
    setDelay(milliseconds) {
      levers.delayMs = milliseconds
    },
    fail: faults.add,
    heal() {
      outage.clear()
      faults.clear()
      Object.assign(levers, { swallows: false, dropsWebhooks: false, delayMs: 0 })
    },
    phone: (user) =>
      account
        .incidents()
        .filter(
          (incident) =>
            user === undefined || (incident.status === 'triggered' && incident.assignees.includes(user)),
        )
        .map((incident) => ({
          id: incident.id,
          number: incident.number,
          title: incident.title,
          status: incident.status,
          service: account.service(incident.serviceId)?.name ?? '',
          people: incident.assignees.flatMap((id) => account.user(id) ?? []),
          acknowledgedBy: incident.acknowledgers.flatMap(({ user: id }) => account.user(id) ?? []),
          keys: account.alertsOf(incident.id).map(({ alertKey }) => alertKey),
          createdAt: incident.createdAt,
        }))
        .toReversed(),
    acknowledge: (id, user) => act(id, user, account.acknowledge),
    resolve: (id, user) => act(id, user, account.resolve),
    unacknowledge: (id, user) => act(id, user, account.unacknowledge),
    note: (id, user, content) =>
      act(id, user, (incident, person) => void account.note(incident, person, content)),
    rings: () => account.state.rings,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    passTime: account.passTime,
    changes: () => account.state.changes,
    overrides: () => account.state.overrides,
    calls: () => log.calls,
    webhooks: () => subscriptions.sent,
    replayWebhook: subscriptions.replay,
  }
}
