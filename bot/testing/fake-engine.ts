import { EventEmitter, on, once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import {
  EngineRefused,
  EngineUnavailable,
  type AccessRequest,
  type EngineClient,
  type Home,
  type Incident,
  type Job,
  type NewJob,
  type OnCallNotice,
  type Settings,
  type SlackMessage,
} from '../../engine/client.ts'
import { fakeIncidents, type IncidentAct } from './fake-incidents.ts'

/** An engine in memory that keeps the promises of EngineClient, and can be slow, down or of another opinion. */
export interface FakeEngine extends EngineClient {
  levers: {
    down: boolean
    delaySeconds: number
    /** Thrown by createJob instead of an answer. */
    refusal: EngineRefused | null
    /** Until then recordShown does not come back, and then fails: as if the bot had died there. */
    deadUntil: Promise<void> | null
  }
  /** Every createJob as it came, also those that found the first. */
  asked: NewJob[]
  setJob(id: number, change: Partial<Job>): Job
  /** Says that a subject changed, whether it did or not. */
  announce(subject: string, revision: number): void
  row(subject: string): SlackMessage | undefined
  rowsOf(subject: string): SlackMessage[]
  /** To whom subjects are shown in person. */
  people: Map<string, string[]>
  /** Changes a subject that is not a job. */
  change(subject: string): number
  revisionOf(subject: string): number
  /** What jobs have written. */
  logs: Map<number, string[]>
  setHome(slack: string, home: Home): void
  setAccess(request: AccessRequest): void
  setNotice(notice: OnCallNotice): void
  setIncident(id: number, change: Partial<Incident>): Incident
  /** To which incident a page belongs. */
  setPage(pageId: number, incidentId: number): void
  /** What was asked of incidents, in order. */
  incidentActs: IncidentAct[]
  userGroups: Map<string, string[]>
  /** How many calls came while it was down. */
  missed(): number
  /** Resolves when a bot has died under the lever `deadUntil`. */
  death(): Promise<unknown>
  /** The next takeLease of anybody else succeeds. */
  expireLease(): void
}

export const fakeSettings: Settings = {
  product: 'ML Bling Sync',
  locale: 'pt-BR',
  timeZone: 'America/Sao_Paulo',
  channels: { operations: 'C0OPSALERTS', incidents: 'C0INCIDENTS' },
  userGroups: ['S0OPS', 'S0APPROVERS'],
  environments: ['staging', 'production'],
  links: {},
}

export function createFakeEngine(): FakeEngine {
  const levers: FakeEngine['levers'] = {
    down: false,
    delaySeconds: 0,
    refusal: null,
    deadUntil: null,
  }
  const jobs = new Map<number, Job>()
  const byKey = new Map<string, Job>()
  const rows = new Map<string, SlackMessage>()
  const rowsOf = (subject: string): SlackMessage[] =>
    [...rows.values()].filter((message) => message.subject === subject)
  const others = new Map<string, number>()
  const people = new Map<string, string[]>()
  const homes = new Map<string, Home>()
  const accessRequests = new Map<number, AccessRequest>()
  const notices = new Map<number, OnCallNotice>()
  const userGroups = new Map<string, string[]>()
  const logs = new Map<number, string[]>()
  const asked: NewJob[] = []
  const bell = new EventEmitter().setMaxListeners(0)
  let lease: { holder: string; until: number; fence: number } = { holder: '', until: 0, fence: 0 }
  let revision = 0
  let missed = 0

  const answer = async <Result>(result: () => Result): Promise<Result> => {
    if (levers.delaySeconds > 0) await pause(levers.delaySeconds * 1000)
    if (levers.down) {
      missed += 1
      throw new EngineUnavailable('connect ECONNREFUSED')
    }
    return result()
  }
  const refuse = (code: string, status: number): never => {
    throw new EngineRefused({ code, values: {}, detail: code, status })
  }
  const checkFence = (fence: number): void => {
    if (fence !== lease.fence) refuse('wrong-state', 409)
  }
  const job = (id: number): Job => jobs.get(id) ?? refuse('not-found', 404)
  const setJob = (id: number, change: Partial<Job>): Job => {
    const changed = { ...(jobs.get(id) ?? newJob(id)), ...change, revision: ++revision }
    jobs.set(id, changed)
    bell.emit('change', { subject: `job/${id}`, revision: changed.revision })
    return changed
  }
  const change = (subject: string): number => {
    others.set(subject, ++revision)
    bell.emit('change', { subject, revision })
    return revision
  }
  const incidentOfPage = new Map<string, number>()
  const incidents = fakeIncidents({ answer, refuse, change })
  const absent = (): Promise<never> => Promise.reject(new Error('not part of this fake'))

  return {
    levers,
    asked,
    setJob,
    userGroups,
    missed: () => missed,
    announce: (subject, announced) => void bell.emit('change', { subject, revision: announced }),
    row: (subject) => rowsOf(subject)[0],
    rowsOf,
    people,
    change,
    logs,
    revisionOf: (subject) => others.get(subject) ?? 0,
    setHome: (slack, home) => void homes.set(slack, home),
    setNotice: (notice) => void notices.set(notice.id, notice),
    setAccess: (request) => void accessRequests.set(request.id, request),
    death: () => once(bell, 'died'),
    expireLease: () => void (lease = { ...lease, until: 0 }),

    createJob: (body) =>
      answer(() => {
        asked.push(body)
        if (levers.refusal !== null) throw levers.refusal
        const known = byKey.get(body.idempotencyKey)
        if (known !== undefined) return { job: known, created: false }
        const created = setJob(jobs.size + 1, { kind: body.kind, params: body.params })
        byKey.set(body.idempotencyKey, created)
        return { job: created, created: true }
      }),
    job: (id) => answer(() => job(id)),
    settings: () => answer(() => fakeSettings),
    approve: (id) => answer(() => setJob(id, { state: 'queued' })),
    reject: (id) => answer(() => setJob(id, { state: 'cancelled' })),

    async *changes(signal) {
      const live = on(bell, 'change', { signal })
      for (const { id, revision: newest } of jobs.values()) {
        const shown = rowsOf(`job/${id}`)[0]?.shownRevision ?? 0
        if (shown < newest) yield { subject: `job/${id}`, revision: newest }
      }
      for (const [subject, newest] of others) {
        const all = rowsOf(subject)
        const shown = all.filter(({ ts }) => ts !== '-').map((message) => message.shownRevision)
        const least =
          shown.length > 0 ? Math.min(...shown) : Math.max(0, ...all.map((row) => row.shownRevision))
        if (least < newest) yield { subject, revision: newest }
      }
      try {
        for await (const [change] of live) yield change
      } catch {
        return
      }
    },
    messagesOf: (subject) => answer(() => rowsOf(subject)),
    copies: (subject) =>
      answer(() => ({
        revision: others.get(subject) ?? 0,
        people: people.get(subject) ?? [],
        incidentId: incidentOfPage.get(subject) ?? null,
      })),
    home: (slack) => answer(() => homes.get(slack) ?? refuse('not-found', 404)),
    homeOpened: (slack) => answer(() => void change(`home/${slack}`)),
    accessRequest: (id) => answer(() => accessRequests.get(id) ?? refuse('not-found', 404)),
    personSettings: absent,
    beginPosting: ({ subject, channel, fence }) =>
      answer(() => {
        checkFence(fence)
        const row = rows.get(`${subject} ${channel}`) ?? {
          subject,
          channel,
          ts: null,
          shownRevision: 0,
          postingSince: null,
        }
        rows.set(`${subject} ${channel}`, {
          ...row,
          ts: row.ts === '-' ? null : row.ts,
          postingSince: row.postingSince ?? new Date().toISOString(),
        })
      }),
    recordShown: async ({ subject, channel, ts, ...shown }) => {
      if (levers.deadUntil !== null) {
        bell.emit('died')
        await levers.deadUntil
        throw new EngineUnavailable('the bot is dead')
      }
      await answer(() => {
        checkFence(shown.fence)
        const place = `${subject} ${channel}`
        const shownRevision = Math.max(rows.get(place)?.shownRevision ?? 0, shown.revision)
        rows.set(place, { subject, channel, ts, shownRevision, postingSince: null })
      })
    },
    takeLease: ({ name, holder, seconds }) =>
      answer(() => {
        if (lease.holder !== holder && lease.until > Date.now()) return null
        const fence = lease.holder === holder ? lease.fence : lease.fence + 1
        lease = { holder, fence, until: Date.now() + seconds * 1000 }
        return { name, holder, fence, until: new Date(lease.until).toISOString() }
      }),
    dropLease: ({ holder }) =>
      answer(() => {
        if (lease.holder === holder) lease = { ...lease, until: 0 }
      }),
    saveUserGroup: ({ id, members }) => answer(() => void userGroups.set(id, members)),

    plan: absent,
    savePersonSettings: absent,
    askAccess: absent,
    grantAccess: absent,
    refuseAccess: absent,
    revokeAccess: absent,
    logFile: absent,
    followLog: absent,
    log: (id, { before, limit = 1000 } = {}) =>
      answer(() => {
        const all = (logs.get(id) ?? ['line 1', 'line 2']).map((line, index) => ({
          id: index + 1,
          at: '2026-11-23T17:00:00.000Z',
          step: 'plan',
          line,
        }))
        const lines = before === undefined ? all.slice(0, limit) : all.slice(-limit)
        return { lines, next: all.length, finished: true }
      }),
    jobs: ({ state, limit = 20 } = {}) =>
      answer(() => [...jobs.values()].filter((one) => state?.includes(one.state) ?? true).slice(-limit)),
    breakGlass: absent,
    cancel: absent,
    retry: absent,
    status: absent,
    releases: absent,
    backups: absent,
    locks: absent,
    freezes: absent,
    freeze: absent,
    unfreeze: absent,
    who: absent,
    onCall: absent,
    overrideOnCall: absent,
    cancelOverride: absent,
    onCallNotice: (id) =>
      answer(() => {
        const notice = notices.get(id) ?? refuse('not-found', 404)
        return { ...notice, revision: others.get(`on-call/${id}`) ?? 0 }
      }),
    ...incidents,
    incidentActs: incidents.acts,
    setIncident: incidents.set,
    setPage: (pageId, incidentId) => void incidentOfPage.set(`page/${pageId}`, incidentId),
  }
}

function newJob(id: number): Job {
  return {
    id,
    kind: 'deploy',
    params: { environment: 'staging', version: 'v1.4.0' },
    environment: 'staging',
    state: 'queued',
    requestedBy: { slack: 'U0OPERATOR', name: 'Maria Santos' },
    createdAt: new Date().toISOString(),
    startedAt: null,
    finishedAt: null,
    revision: 0,
    attempt: 1,
    origin: null,
    change: null,
    overrideReason: null,
    approval: null,
    waitingFor: null,
    cancelRequestedBy: null,
    retryFrom: null,
    steps: [],
    logTail: [],
    result: null,
    error: null,
  }
}
