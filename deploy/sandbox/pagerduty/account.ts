import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { createSchedules, Override, type Schedule } from './schedules.ts'

const Severity = z.enum(['critical', 'error', 'warning', 'info'])
export type Severity = z.infer<typeof Severity>

export const User = z.object({ id: z.string(), name: z.string(), email: z.string() })
export type User = z.infer<typeof User>

/** One integration key is one service whose policy has one level that never repeats: its users ring at once. */
export const Service = z.object({
  id: z.string(),
  name: z.string(),
  routingKey: z.string(),
  users: z.array(z.string()),
  /** Whose users ring instead: whoever is on call by it. */
  schedule: z.string().optional(),
})
export type Service = z.infer<typeof Service>

const Alert = z.object({
  id: z.string(),
  alertKey: z.string(),
  serviceId: z.string(),
  incidentId: z.string(),
  status: z.enum(['triggered', 'resolved']),
  severity: Severity,
  summary: z.string(),
  createdAt: z.string(),
  payload: z.unknown(),
})
export type Alert = z.infer<typeof Alert>

const Incident = z.object({
  id: z.string(),
  number: z.number(),
  title: z.string(),
  serviceId: z.string(),
  status: z.enum(['triggered', 'acknowledged', 'resolved']),
  createdAt: z.string(),
  assignees: z.array(z.string()),
  acknowledgers: z.array(z.object({ user: z.string(), at: z.string() })),
  urgency: z.enum(['high', 'low']),
  notes: z.array(z.object({ id: z.string(), user: z.string(), content: z.string(), createdAt: z.string() })),
})
export type Incident = z.infer<typeof Incident>

/** A phone that rang. */
const Ring = z.object({ at: z.string(), incidentId: z.string(), user: z.string(), serviceId: z.string() })
export type Ring = z.infer<typeof Ring>

export const AccountState = z.object({
  incidents: z.array(Incident),
  alerts: z.array(Alert),
  rings: z.array(Ring),
  changes: z.array(z.unknown()),
  overrides: z.array(Override).default([]),
})
export type AccountState = z.infer<typeof AccountState>

/** Who did it: a user, or the integration an event came in by. */
export type Agent = { user: User } | { service: Service }

export interface Happening {
  type: string
  incident: Incident
  agent: Agent
  client: { name: string; url?: string } | null
  data?: unknown
}

export interface TriggerEvent {
  dedupKey: string
  severity: Severity
  summary: string
  payload: unknown
  client: { name: string; url?: string } | null
}

export type Account = ReturnType<typeof createAccount>

const keptResolved = 2_000

export const pagerDutyId = (letter: string): string =>
  `${letter}${randomBytes(9).toString('base64url').replaceAll(/[-_]/g, '0').toUpperCase()}`

/** What happens inside PagerDuty: alerts with their keys, incidents made of them, phones that ring. */
export function createAccount(options: {
  services: Service[]
  users: User[]
  schedules?: Schedule[]
  saved: AccountState | undefined
  now(): number
  changed(): void
  happened(happening: Happening): void
}) {
  const state: AccountState = options.saved ?? {
    incidents: [],
    alerts: [],
    rings: [],
    changes: [],
    overrides: [],
  }
  const schedules = createSchedules({
    schedules: options.schedules ?? [],
    overrides: state.overrides,
    now: options.now,
    changed: options.changed,
  })
  /** Whose phones ring for a service now. */
  const calledBy = ({ schedule, users }: Service): string[] => {
    if (schedule === undefined) return users
    const user = schedules.onCallAt(schedule, options.now())
    return user === null ? [] : [user]
  }
  const openAlerts = new Map<string, Alert>()
  const incidents = new Map(state.incidents.map((incident) => [incident.id, incident]))
  const alertsOf = new Map<string, Alert[]>()
  const time = (): string => new Date(options.now()).toISOString()
  const keyOf = (alert: Pick<Alert, 'serviceId' | 'alertKey'>): string =>
    `${alert.serviceId} ${alert.alertKey}`
  const remember = (alert: Alert): void => {
    alertsOf.set(alert.incidentId, [...(alertsOf.get(alert.incidentId) ?? []), alert])
    if (alert.status === 'triggered') openAlerts.set(keyOf(alert), alert)
  }
  for (const alert of state.alerts) remember(alert)
  let number = Math.max(0, ...state.incidents.map((incident) => incident.number))

  const tell = (type: string, incident: Incident, by: Omit<Happening, 'type' | 'incident'>): void => {
    options.changed()
    options.happened({ type, incident, ...by })
  }
  const end = (incident: Incident, by: Agent): void => {
    incident.status = 'resolved'
    for (const alert of alertsOf.get(incident.id) ?? []) {
      alert.status = 'resolved'
      openAlerts.delete(keyOf(alert))
    }
    tell('incident.resolved', incident, { agent: by, client: null })
    forgetOldest()
  }
  const forgetOldest = (): void => {
    const resolved = state.incidents.filter((incident) => incident.status === 'resolved')
    if (resolved.length <= keptResolved * 1.5) return
    const gone = new Set(resolved.slice(0, resolved.length - keptResolved).map(({ id }) => id))
    state.incidents = state.incidents.filter(({ id }) => !gone.has(id))
    state.alerts = state.alerts.filter(({ incidentId }) => !gone.has(incidentId))
    state.rings = state.rings.filter(({ incidentId }) => !gone.has(incidentId))
    for (const id of gone) {
      incidents.delete(id)
      alertsOf.delete(id)
    }
  }

  return {
    state,
    schedules,
    users: options.users,
    services: options.services,
    incident: (id: string) => incidents.get(id),
    incidents: () => [...incidents.values()],
    alertsOf: (incidentId: string) => alertsOf.get(incidentId) ?? [],
    service: (id: string) => options.services.find((service) => service.id === id),
    user: (id: string) => options.users.find((user) => user.id === id),

    /** An open alert with the key takes the event in silently; otherwise a new incident rings. */
    trigger(service: Service, event: TriggerEvent): void {
      const known = openAlerts.get(`${service.id} ${event.dedupKey}`)
      if (known) {
        Object.assign(known, { severity: event.severity, payload: event.payload })
        return options.changed()
      }
      number += 1
      const incident: Incident = {
        id: pagerDutyId('Q'),
        number,
        title: event.summary,
        serviceId: service.id,
        status: 'triggered',
        createdAt: time(),
        assignees: [...calledBy(service)],
        acknowledgers: [],
        urgency: event.severity === 'critical' || event.severity === 'error' ? 'high' : 'low',
        notes: [],
      }
      const alert: Alert = {
        id: pagerDutyId('A'),
        alertKey: event.dedupKey,
        serviceId: service.id,
        incidentId: incident.id,
        status: 'triggered',
        severity: event.severity,
        summary: event.summary,
        createdAt: time(),
        payload: event.payload,
      }
      state.incidents.push(incident)
      incidents.set(incident.id, incident)
      state.alerts.push(alert)
      remember(alert)
      for (const user of incident.assignees)
        state.rings.push({ at: time(), incidentId: incident.id, user, serviceId: service.id })
      tell('incident.triggered', incident, { agent: { service }, client: event.client })
    },
    /** Silently nothing without an open alert. */
    acknowledgeAlert(service: Service, dedupKey: string): void {
      const alert = openAlerts.get(`${service.id} ${dedupKey}`)
      const incident = alert && incidents.get(alert.incidentId)
      if (!incident || incident.status !== 'triggered') return
      incident.status = 'acknowledged'
      tell('incident.acknowledged', incident, { agent: { service }, client: null })
    },
    resolveAlert(service: Service, dedupKey: string): void {
      const alert = openAlerts.get(`${service.id} ${dedupKey}`)
      const incident = alert && incidents.get(alert.incidentId)
      if (!alert || !incident) return
      alert.status = 'resolved'
      openAlerts.delete(keyOf(alert))
      const isLast = (alertsOf.get(incident.id) ?? []).every(({ status }) => status === 'resolved')
      if (isLast && incident.status !== 'resolved') end(incident, { service })
      else options.changed()
    },
    acknowledge(incident: Incident, user: User): void {
      incident.status = 'acknowledged'
      incident.acknowledgers.push({ user: user.id, at: time() })
      tell('incident.acknowledged', incident, { agent: { user }, client: null })
    },
    resolve: (incident: Incident, user: User) => end(incident, { user }),
    /** Somebody takes the acknowledgement back, or its time is over: it rings again. */
    unacknowledge(incident: Incident, user: User): void {
      incident.status = 'triggered'
      incident.acknowledgers = []
      for (const assignee of incident.assignees)
        state.rings.push({
          at: time(),
          incidentId: incident.id,
          user: assignee,
          serviceId: incident.serviceId,
        })
      tell('incident.unacknowledged', incident, { agent: { user }, client: null })
    },
    note(incident: Incident, user: User, content: string): Incident['notes'][number] {
      const note = { id: pagerDutyId('N'), user: user.id, content, createdAt: time() }
      incident.notes.push(note)
      const data = {
        incident: reference('incident', incident.id, incident.title),
        id: note.id,
        content,
        trimmed: false,
        type: 'incident_note',
      }
      tell('incident.annotated', incident, { agent: { user }, client: null, data })
      return note
    },
    change(event: unknown): void {
      state.changes.push(event)
      options.changed()
    },
    passTime(milliseconds: number): void {
      const earlier = (time: string): string => new Date(Date.parse(time) - milliseconds).toISOString()
      for (const one of [...state.incidents, ...state.alerts]) one.createdAt = earlier(one.createdAt)
      for (const one of state.overrides)
        Object.assign(one, { start: earlier(one.start), end: earlier(one.end) })
      for (const ring of state.rings) ring.at = earlier(ring.at)
      for (const { acknowledgers, notes } of state.incidents) {
        for (const one of acknowledgers) one.at = earlier(one.at)
        for (const note of notes) note.createdAt = earlier(note.createdAt)
      }
      options.changed()
    },
  }
}

/** PagerDuty's way to mention something else. */
export const reference = (kind: string, id: string, summary: string) => ({
  html_url: `https://sandbox.pagerduty.com/${kind}s/${id}`,
  id,
  self: `https://api.pagerduty.com/${kind}s/${id}`,
  summary,
  type: `${kind}_reference`,
})
