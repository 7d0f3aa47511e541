import type { OnCall, OnCallNotice, Override } from '../../../engine/client.ts'
import { joao, maria, now } from './job-samples.ts'

export const pedro = { slack: 'U0ADMIN', name: 'Pedro Costa' }

export const sampleOverride: Override = {
  id: 3,
  rotation: 'primary',
  person: joao,
  startsAt: now.toISOString(),
  endsAt: '2026-11-23T21:00:00.000Z',
  createdBy: maria,
  cancelledBy: null,
}

export const sampleOnCall: OnCall = {
  source: 'runbook',
  isFallback: false,
  rotations: [
    {
      name: 'primary',
      now: { person: maria, until: '2026-11-23T21:00:00.000Z', isOverride: true },
      next: { person: pedro, at: '2026-11-30T12:00:00.000Z' },
      gaps: [
        { startsAt: '2026-11-28T03:00:00.000Z', endsAt: '2026-11-28T11:00:00.000Z' },
        { startsAt: '2026-12-05T03:00:00.000Z', endsAt: null },
      ],
    },
    { name: 'secondary', now: null, next: null, gaps: [] },
  ],
  overrides: [sampleOverride],
  levels: [
    { level: 1, who: 'Engineer on-call', people: [maria] },
    { level: 2, who: 'Tech Lead', people: [joao] },
    { level: 3, who: 'CTO', people: [{ slack: 'cto', name: 'CTO' }] },
    { level: 4, who: 'CEO', people: [] },
  ],
}

export const sampleHandOver: Extract<OnCallNotice, { kind: 'hand-over' }> = {
  kind: 'hand-over',
  id: 1,
  revision: 1,
  rotation: 'primary',
  at: now.toISOString(),
  from: maria,
  to: pedro,
  until: '2026-11-30T12:00:00.000Z',
  isOverride: false,
  incidents: [{ id: 7, title: 'loja fora do ar', level: 1 }],
  openIncidents: 2,
}

export const sampleGap: Extract<OnCallNotice, { kind: 'gap' }> = {
  kind: 'gap',
  id: 2,
  revision: 1,
  rotation: 'primary',
  startsAt: '2026-11-24T11:00:00.000Z',
  endsAt: '2026-11-24T20:00:00.000Z',
  coveredBy: null,
}
