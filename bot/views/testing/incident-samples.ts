import type { Incident, IncidentStats, IncidentSummary, Silence } from '../../../engine/client.ts'
import { joao, maria, now } from './job-samples.ts'

/** Cards for tests: one incident as it goes through everything that can happen to it. */

export const pedro = { slack: 'U0ADMIN', name: 'Pedro Costa' }
const plantao = { slack: 'plantao', name: 'plantao' }
const alertmanager = { slack: 'alerts:alertmanager', name: 'alerts:alertmanager' }

/** The shop is down, and Maria is called. */
export function sampleIncidentWith(change: Partial<Incident> = {}): Incident {
  return {
    id: 7,
    revision: 3,
    title: 'Loja fora do ar',
    rule: 'system-down',
    level: 1,
    environment: 'production',
    state: 'open',
    isStorm: false,
    isFlapping: false,
    declaredBy: alertmanager,
    owner: null,
    commander: null,
    scribe: null,
    channel: null,
    openedAt: '2026-11-23T16:58:00.000Z',
    acknowledgedAt: null,
    acknowledgedBy: null,
    resolvedAt: null,
    resolvedBy: null,
    resolution: null,
    alerts: [alert(1, 'Loja fora do ar'), alert(2, 'Fila parada')],
    alertCounts: {
      firing: 3,
      total: 4,
      byTitle: [
        { title: 'Loja fora do ar', firing: 2, total: 2 },
        { title: 'Fila parada', firing: 1, total: 2 },
      ],
    },
    pages: [page(1, { level: 1, who: 'Engenheiro de plantão', people: [maria], state: 'confirmed' })],
    escalation: {
      round: 1,
      rounds: 3,
      level: 1,
      next: { round: 1, level: 2, who: 'Tech Lead', at: '2026-11-23T17:13:00.000Z' },
      byHand: { round: 1, level: 2, who: 'Tech Lead', people: [joao] },
      isExhausted: false,
    },
    isUnconfirmed: false,
    isStillRinging: false,
    links: [
      { name: 'dashboard', url: 'https://grafana.example.com/d/shop?from=now-1h&to=now' },
      { name: 'logs', url: 'https://logs.example.com/app/discover' },
      { name: 'runbook', url: 'https://example.com/runbook#sistema-fora-do-ar' },
    ],
    jobs: [
      {
        id: 42,
        kind: 'deploy',
        environment: 'production',
        target: 'v1.4.0',
        state: 'succeeded',
        by: maria,
        at: '2026-11-23T16:54:00.000Z',
      },
    ],
    timeline: [
      { id: 1, at: '2026-11-23T16:58:00.000Z', actor: plantao, kind: 'opened', details: {} },
      {
        at: '2026-11-23T16:58:01.000Z',
        actor: plantao,
        kind: 'paged',
        details: { level: 1, who: 'Engenheiro de plantão', people: ['Maria Santos'], state: 'confirmed' },
      },
      {
        id: 2,
        at: '2026-11-23T17:01:00.000Z',
        actor: plantao,
        kind: 'alert-joined',
        details: { title: 'Fila parada', count: 2 },
      },
      {
        id: 3,
        at: '2026-11-23T17:02:00.000Z',
        actor: joao,
        kind: 'break-glass',
        details: { jobId: 43, reason: 'urgente' },
      },
      {
        id: 4,
        at: '2026-11-23T17:03:00.000Z',
        actor: maria,
        kind: 'note',
        details: { text: 'reiniciei o pod' },
      },
    ],
    ...change,
  }
}

export function page(id: number, change: Partial<Incident['pages'][number]>): Incident['pages'][number] {
  const level = change.level ?? 1
  const round = change.round ?? 1
  return {
    id,
    round,
    level,
    who: 'Engenheiro de plantão',
    people: [maria],
    dedupKey: `plantao/incident/7/${round}/${level}`,
    state: 'accepted',
    plannedAt: '2026-11-23T16:58:00.000Z',
    sentAt: '2026-11-23T16:58:01.000Z',
    confirmedAt: change.state === 'confirmed' ? '2026-11-23T16:58:04.000Z' : null,
    fallbackAt: null,
    problem: null,
    ...change,
  }
}

function alert(id: number, title: string): Incident['alerts'][number] {
  return {
    id,
    source: 'alertmanager',
    title,
    description: 'The shop answers 502.',
    level: 1,
    rule: 'system-down',
    status: 'firing',
    labels: { alertname: 'SystemDown', environment: 'production', instance: `shop-${id}` },
    link: 'https://prometheus.example.com/graph?g0.expr=up',
    startsAt: '2026-11-23T16:57:00.000Z',
    resolvedAt: null,
  }
}

const acknowledged: Partial<Incident> = {
  state: 'acknowledged',
  owner: maria,
  acknowledgedAt: '2026-11-23T17:01:00.000Z',
  acknowledgedBy: maria,
  escalation: {
    round: 1,
    rounds: 3,
    level: 1,
    next: null,
    byHand: { round: 1, level: 2, who: 'Tech Lead', people: [joao] },
    isExhausted: false,
  },
}

const nobodyFires = { alertCounts: { firing: 0, total: 4, byTitle: [] } }

export const incidentSamples = {
  open: sampleIncidentWith(),
  'declared by a person': sampleIncidentWith({
    rule: 'declared',
    declaredBy: maria,
    alerts: [],
    alertCounts: { firing: 0, total: 0, byTitle: [] },
    jobs: [],
    links: [],
    environment: null,
  }),
  'not paged yet': sampleIncidentWith({
    level: 2,
    pages: [],
    escalation: {
      round: 1,
      rounds: 3,
      level: 0,
      next: { round: 1, level: 1, who: 'Engenheiro de plantão', at: '2026-11-23T17:28:00.000Z' },
      byHand: { round: 1, level: 1, who: 'Engenheiro de plantão', people: [maria] },
      isExhausted: false,
    },
  }),
  unconfirmed: sampleIncidentWith({
    isUnconfirmed: true,
    pages: [
      page(1, { fallbackAt: '2026-11-23T17:00:00.000Z', problem: 'not-confirmed' }),
      page(2, {
        level: 2,
        who: 'Tech Lead',
        people: [joao],
        state: 'refused',
        problem: 'invalid routing key',
      }),
    ],
  }),
  'no routing key': sampleIncidentWith({
    pages: [page(1, { state: 'unrouted', sentAt: null, fallbackAt: '2026-11-23T16:58:01.000Z' })],
  }),
  'nobody on call': sampleIncidentWith({ pages: [page(1, { state: 'skipped', people: [], sentAt: null })] }),
  acknowledged: sampleIncidentWith(acknowledged),
  'over, not resolved': sampleIncidentWith({ ...acknowledged, ...nobodyFires }),
  flapping: sampleIncidentWith({ ...acknowledged, isFlapping: true, commander: pedro, scribe: joao }),
  exhausted: sampleIncidentWith({
    pages: [1, 2, 3, 4].map((level) => page(level, { level, who: `Nível ${level}`, state: 'confirmed' })),
    escalation: { round: 3, rounds: 3, level: 4, next: null, byHand: null, isExhausted: true },
  }),
  storm: sampleIncidentWith({
    title: 'Tempestade de alertas',
    rule: 'storm',
    level: 2,
    isStorm: true,
    alertCounts: {
      firing: 9_120,
      total: 10_000,
      byTitle: Array.from({ length: 40 }, (_, index) => ({
        title: `Fila atrasada ${index}`,
        firing: 200 + index,
        total: 250,
      })),
    },
  }),
  'level 3': sampleIncidentWith({ level: 3, title: 'Latência acima de 2 s', channel: 'C0INC7' }),
  resolved: sampleIncidentWith({
    ...acknowledged,
    ...nobodyFires,
    state: 'resolved',
    resolvedAt: '2026-11-23T17:04:00.000Z',
    resolvedBy: maria,
    resolution: 'pod reiniciado',
  }),
  'resolved by itself': sampleIncidentWith({
    ...nobodyFires,
    state: 'resolved',
    resolvedAt: '2026-11-23T17:04:00.000Z',
    resolvedBy: plantao,
  }),
} satisfies Record<string, Incident>

export function summaryOf(incident: Incident): IncidentSummary {
  const { id, title, rule, level, environment, state, isStorm, owner, channel } = incident
  const { openedAt, acknowledgedAt, acknowledgedBy, resolvedAt } = incident
  const what = { id, title, rule, level, environment, state, isStorm, owner, channel }
  return { ...what, openedAt, acknowledgedAt, acknowledgedBy, resolvedAt }
}

export const sampleSilence: Silence = {
  id: 5,
  matchers: [
    { label: 'alertname', value: 'SystemDown' },
    { label: 'environment', value: 'production' },
  ],
  reason: 'troca de disco',
  createdBy: maria,
  createdAt: now.toISOString(),
  endsAt: '2026-11-23T19:05:00.000Z',
  endedBy: null,
}

export const sampleStats: IncidentStats = {
  weeks: [
    {
      startsAt: '2026-11-23T03:00:00.000Z',
      incidents: [
        { level: 1, count: 1 },
        { level: 2, count: 4 },
      ],
      acknowledgeSeconds: { mean: 240, median: 180 },
      resolveSeconds: { mean: 3600, median: 1800 },
      pages: [
        { person: maria, count: 5 },
        { person: joao, count: 1 },
      ],
    },
    {
      startsAt: '2026-11-16T03:00:00.000Z',
      incidents: [],
      acknowledgeSeconds: null,
      resolveSeconds: null,
      pages: [],
    },
  ],
}
