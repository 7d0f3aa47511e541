import type { Job, Settings, Step } from '../../../engine/client.ts'

/** Cards for tests: one job as it goes through everything that can happen to it. */

export const settings: Settings = {
  product: 'ML Bling Sync',
  locale: 'pt-BR',
  timeZone: 'America/Sao_Paulo',
  channels: { operations: 'C0OPSALERTS', incidents: 'C0INCIDENTS' },
  userGroups: [],
  environments: ['development', 'staging', 'production'],
  links: {},
}

export const now = new Date('2026-11-23T17:05:00.000Z')

export const maria = { slack: 'U0OPERATOR', name: 'Maria Santos' }
export const joao = { slack: 'U0APPROVER', name: 'João Silva' }

/** A deploy of v1.4.0 to production that nobody holds up. */
export function sampleJob(change: Partial<Job> = {}): Job {
  return {
    id: 42,
    kind: 'deploy',
    params: { environment: 'production', version: 'v1.4.0' },
    environment: 'production',
    state: 'queued',
    requestedBy: maria,
    createdAt: '2026-11-23T17:02:00.000Z',
    startedAt: null,
    finishedAt: null,
    revision: 7,
    attempt: 1,
    origin: { channel: 'C0OPSALERTS' },
    change: {
      from: 'v1.3.0',
      to: 'v1.4.0',
      details: [{ name: 'components', value: 'backend, frontend, worker' }],
    },
    overrideReason: null,
    approval: null,
    waitingFor: null,
    cancelRequestedBy: null,
    retryFrom: null,
    steps: [],
    logTail: [],
    result: null,
    error: null,
    ...change,
  }
}

export function step(name: string, state: Step['state'], change: Partial<Step> = {}): Step {
  const startedAt = state === 'pending' ? null : '2026-11-23T17:03:00.000Z'
  const finishedAt = state === 'done' || state === 'failed' ? '2026-11-23T17:03:12.000Z' : null
  return { name, phase: 'main', state, progress: null, error: null, startedAt, finishedAt, ...change }
}

const failing = {
  code: 'rollout-not-settled',
  values: { component: 'backend', pod: 'backend-7d4f', reason: 'CrashLoopBackOff', detail: 'back-off 5s' },
  message: 'backend did not settle: pod backend-7d4f: CrashLoopBackOff. Roll back, or correct the version.',
  step: 'wait-rollout',
}

const started = { startedAt: '2026-11-23T17:03:00.000Z' }
const over = { ...started, finishedAt: '2026-11-23T17:04:12.000Z' }
const approved = {
  quorum: 1,
  roles: ['approver', 'admin'],
  expiresAt: '2026-11-23T17:32:00.000Z',
  votes: [{ person: joao, decision: 'approve' as const, reason: null, at: '2026-11-23T17:02:40.000Z' }],
}

const deploySteps = [
  'plan',
  'record-release',
  'set-images',
  'wait-rollout',
  'health-checks',
  'finish-release',
]

function stepsUntil(name: string, state: Step['state'], change: Partial<Step> = {}): Step[] {
  const place = deploySteps.indexOf(name)
  return deploySteps.map((one, index) => {
    if (index === place) return step(one, state, change)
    return step(one, index < place ? 'done' : 'pending')
  })
}

const undoing = (state: Step['state']): Step[] => [
  ...stepsUntil('wait-rollout', 'failed', { error: failing }),
  step('restore-images', 'done', { phase: 'failure' }),
  step('wait-restored', state, { phase: 'failure' }),
]

const log = [
  'backend: 2 of 3 pods ready',
  'backend-7d4f: Back-off restarting failed container',
  'frontend: 2 of 2 pods ready',
]

/** Every state a card can be in, by what is seen. */
export const jobSamples: Record<string, Job> = {
  'waits for approval': sampleJob({ state: 'waiting-approval', approval: { ...approved, votes: [] } }),
  'waits for approval, still planning': sampleJob({
    state: 'waiting-approval',
    change: null,
    approval: { ...approved, votes: [] },
  }),
  'waits for a second approval': sampleJob({
    state: 'waiting-approval',
    attempt: 2,
    overrideReason: 'corrige o checkout',
    approval: { ...approved, quorum: 2 },
  }),
  queued: sampleJob(),
  'queued behind a lock': sampleJob({
    waitingFor: {
      kind: 'lock',
      lock: 'release/production',
      position: 2,
      holder: { jobId: 40, kind: 'rollback', requestedBy: joao, since: '2026-11-23T17:00:00.000Z' },
    },
  }),
  'queued by a freeze': sampleJob({
    waitingFor: {
      kind: 'freeze',
      environment: 'production',
      reason: 'Black Friday',
      until: '2026-11-28T02:00:00.000Z',
    },
  }),
  running: sampleJob({
    state: 'running',
    ...started,
    approval: approved,
    steps: stepsUntil('wait-rollout', 'running', { progress: { done: 3, total: 5, unit: 'pods' } }),
    logTail: log,
  }),
  'running, being cancelled': sampleJob({
    state: 'running',
    ...started,
    cancelRequestedBy: joao,
    steps: stepsUntil('set-images', 'running'),
  }),
  'running, undoing': sampleJob({ state: 'running', ...started, steps: undoing('running'), logTail: log }),
  succeeded: sampleJob({
    state: 'succeeded',
    ...over,
    approval: approved,
    steps: deploySteps.map((name) => step(name, 'done')),
    result: { version: 'v1.4.0', revision: 12, previousVersion: 'v1.3.0' },
  }),
  'failed, undone': sampleJob({
    state: 'failed',
    ...over,
    steps: undoing('done'),
    error: failing,
    retryFrom: 'set-images',
    logTail: log,
  }),
  'failed, not undone': sampleJob({
    state: 'failed',
    ...over,
    steps: undoing('failed'),
    error: {
      ...failing,
      code: 'undo-failed',
      values: { cause: failing, undo: { ...failing, code: 'timed-out', values: {}, step: 'wait-restored' } },
    },
    retryFrom: 'set-images',
  }),
  'failed before anything': sampleJob({
    state: 'failed',
    ...over,
    steps: stepsUntil('plan', 'failed'),
    error: {
      code: 'program-missing',
      values: { program: 'pg_dump' },
      message: 'The program pg_dump is missing. Install postgresql-client.',
      step: 'plan',
    },
    retryFrom: 'plan',
  }),
  rejected: sampleJob({
    state: 'cancelled',
    finishedAt: over.finishedAt,
    approval: {
      ...approved,
      votes: [{ person: joao, decision: 'reject', reason: 'não na sexta à noite', at: over.finishedAt }],
    },
    error: {
      code: 'rejected',
      values: { by: joao.slack, reason: 'não na sexta à noite' },
      message: 'Rejected.',
    },
  }),
  'approval expired': sampleJob({
    state: 'cancelled',
    finishedAt: over.finishedAt,
    approval: { ...approved, votes: [] },
    error: { code: 'approval-expired', values: {}, message: 'Nobody approved in time.' },
  }),
  'cancelled while running': sampleJob({
    state: 'cancelled',
    ...over,
    cancelRequestedBy: joao,
    steps: undoing('done'),
    error: { code: 'cancelled', values: { by: joao.slack }, message: 'Somebody cancelled the job.' },
    retryFrom: 'set-images',
  }),
  'broken glass': sampleJob({
    state: 'running',
    ...started,
    approval: {
      ...approved,
      votes: [{ person: joao, decision: 'break-glass', reason: 'loja fora do ar', at: over.startedAt }],
    },
    steps: stepsUntil('record-release', 'running'),
  }),
  'rollback done': sampleJob({
    kind: 'rollback',
    params: { environment: 'production' },
    state: 'succeeded',
    ...over,
    change: { from: 'v1.4.0', to: 'v1.3.0', details: [] },
    result: { version: 'v1.3.0', revision: 13, previousVersion: 'v1.4.0' },
  }),
  'backup done': sampleJob({
    kind: 'backup',
    params: { environment: 'staging' },
    environment: 'staging',
    state: 'succeeded',
    ...over,
    change: null,
    result: { backup: '20261123T170300Z-42', bytes: 12_400_000, rows: 48_210, tables: 9 },
  }),
  'restore running': sampleJob({
    kind: 'restore',
    params: { environment: 'staging' },
    environment: 'staging',
    state: 'running',
    ...started,
    change: null,
    steps: [
      step('plan', 'done'),
      step('create-database', 'done'),
      step('load', 'running', { progress: { done: 4_100_000, total: 12_400_000, unit: 'bytes' } }),
      step('check', 'pending'),
      step('swap', 'pending'),
    ],
  }),
  'restore done': sampleJob({
    kind: 'restore',
    params: { environment: 'staging', backup: '20261123T110000Z-30' },
    environment: 'staging',
    state: 'succeeded',
    ...over,
    change: null,
    result: {
      database: 'ml_bling_sync',
      keptAs: 'ml_bling_sync_before_42',
      backup: '20261123T110000Z-30',
      rows: 48_210,
      takenAt: '2026-11-23T11:00:00.000Z',
    },
  }),
  'sync done': sampleJob({
    kind: 'sync',
    params: { entity: 'stock' },
    environment: null,
    state: 'succeeded',
    ...over,
    change: null,
    result: {
      counts: { updated: 12, unchanged: 3400, failed: 30, 'newly-invented': 3 },
      failures: Array.from({ length: 7 }, (_, index) => ({
        sku: `CAMISA-${index}`,
        code: index === 0 ? 'newly-invented' : 'listing-not-active',
        values: index === 0 ? {} : { status: 'paused' },
        message: `The listing is paused.`,
      })),
    },
  }),
  'sync without differences': sampleJob({
    kind: 'sync',
    params: { entity: 'all', sku: 'CAMISA-P' },
    environment: null,
    state: 'succeeded',
    ...over,
    change: null,
    result: { counts: { updated: 0, unchanged: 1 }, failures: [] },
  }),
  'sync of products': sampleJob({
    kind: 'sync',
    params: { entity: 'products' },
    environment: null,
    state: 'succeeded',
    ...over,
    change: null,
    result: {
      counts: { unchanged: 0 },
      failures: [],
      links: { linked: 2380, unmapped: 12, ambiguous: 3, other: 0, notListed: 40 },
    },
  }),
  'restore waits for approval': sampleJob({
    kind: 'restore',
    params: { environment: 'production' },
    state: 'waiting-approval',
    approval: { ...approved, votes: [] },
    change: {
      from: 'ml_bling_sync',
      to: '20261123T110000Z-30',
      details: [
        { name: 'takenAt', value: '2026-11-23T11:00:00.000Z' },
        { name: 'rows', value: '48210' },
        { name: 'bytes', value: '12400000' },
      ],
    },
  }),
  'of an unknown kind': sampleJob({
    kind: 'vacuum',
    params: {},
    state: 'running',
    ...started,
    change: null,
    steps: [step('analyse-tables', 'running', { progress: { done: 1, total: 3, unit: 'indexes' } })],
  }),
  'result of a later version': sampleJob({ state: 'succeeded', ...over, result: { outcome: 'fine' } }),
}
