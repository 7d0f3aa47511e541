import type {
  AccessRequest,
  EngineClient,
  Home,
  Freeze,
  Incident,
  Lock,
  Plan,
  Release,
  Status,
  Who,
} from '../../../engine/client.ts'
import type { Answer, Asked, Deps, Locale, Pressed, Submitted } from '../../asked.ts'
import {
  sampleIncidentWith,
  sampleSilence,
  sampleStats,
  summaryOf,
} from '../../views/testing/incident-samples.ts'
import { sampleHandOver, sampleOnCall, sampleOverride } from '../../views/testing/on-call-samples.ts'
import { joao, maria, now, sampleJob, settings } from '../../views/testing/job-samples.ts'
import { commands } from '../index.ts'

export interface Call {
  method: string
  args: unknown[]
}

/** An engine that says yes to everything and remembers what it was asked. */
export function recordingEngine(replies: Partial<EngineClient> = {}): {
  engine: EngineClient
  calls: Call[]
} {
  const calls: Call[] = []
  const answers = { ...yes, ...replies }
  const engine = new Proxy(answers, {
    get: (target, method) => {
      const reply: unknown = Reflect.get(target, method)
      return (...args: unknown[]) => {
        calls.push({ method: String(method), args })
        return typeof reply === 'function' ? (reply as (...given: unknown[]) => unknown)(...args) : reply
      }
    },
  })
  return { engine, calls }
}

export function dependencies(engine: EngineClient, openModal: Deps['openModal'] = async () => {}): Deps {
  return { engine, settings, now: () => now, openModal, openChannel: async () => ({ channel: 'C0INC7' }) }
}

/** Types a line into a channel and says what came of it. */
export async function run(
  line: string,
  locale: Locale = 'pt-BR',
  channel = 'C0OPSALERTS',
): Promise<{ answer: Answer | null; calls: Call[] }> {
  const { engine, calls } = recordingEngine()
  const [, name = '', text = ''] = /^(\/\w+) ?(.*)$/s.exec(line) ?? []
  const command = new Map(Object.entries(commands)).get(name)
  if (!command) throw new Error(`no command ${name}`)
  return { answer: await command(typed(text, { locale, channel }), dependencies(engine)), calls }
}

const actor = { user: maria.slack, key: 'key-1', locale: 'pt-BR', timeZone: 'America/Sao_Paulo' } as const

export function typed(text: string, change: Partial<Asked> = {}): Asked {
  return { ...actor, channel: 'C0OPSALERTS', text, ...change }
}

export function pressed(actionId: string, change: Partial<Pressed> = {}): Pressed {
  return { ...actor, channel: 'C0OPSALERTS', actionId, value: '42', triggerId: 'trigger-1', ...change }
}

export function submitted(callbackId: string, reason: string): Submitted {
  return {
    ...actor,
    viewId: 'V0FORM',
    callbackId,
    privateMetadata: JSON.stringify({ jobId: '42', channel: 'C0OPSALERTS' }),
    values: { reason: { reason: { type: 'plain_text_input', value: reason } } },
  }
}

export const sampleIncident: Incident = sampleIncidentWith()

const freeze: Freeze = {
  id: 1,
  environment: 'production',
  reason: 'Black Friday',
  createdBy: maria,
  startsAt: now.toISOString(),
  endsAt: '2026-11-28T02:00:00.000Z',
}

export const sampleStatus: Status = {
  environments: [
    {
      name: 'production',
      url: 'https://app.ml-bling-sync.com',
      version: 'v1.3.0',
      revision: 11,
      releasedBy: 'João Silva',
      releasedAt: '2026-11-20T14:00:00.000Z',
      health: 'healthy',
      problem: null,
      freeze,
    },
    {
      name: 'staging',
      url: 'https://staging.ml-bling-sync.com',
      version: null,
      revision: null,
      releasedBy: null,
      releasedAt: null,
      health: 'unknown',
      problem: 'The cluster does not answer.',
      freeze: null,
    },
  ],
  jobs: [sampleJob({ state: 'running' })],
  incidents: [{ id: 7, title: 'loja fora do ar', level: 1 }],
}

export const sampleLocks: Lock[] = [
  {
    lock: 'release/production',
    queue: [
      { jobId: 40, kind: 'rollback', state: 'running', requestedBy: joao, since: '2026-11-23T17:00:00.000Z' },
      { jobId: 42, kind: 'deploy', state: 'queued', requestedBy: maria, since: '2026-11-23T17:02:00.000Z' },
    ],
  },
]

export const sampleFreezes: Freeze[] = [
  freeze,
  { ...freeze, id: null, createdBy: null, reason: 'Manutenção', startsAt: '2026-12-07T05:00:00.000Z' },
]

export const sampleWho: Who = {
  person: { slack: maria.slack, name: maria.name, title: 'DevOps Engineer', known: true },
  roles: ['operator'],
  may: [
    { command: 'deploy', environments: ['staging', 'production'], needsApproval: ['production'] },
    { command: 'read', environments: [], needsApproval: [] },
  ],
  admins: [joao],
}

const releases: Release[] = [
  { revision: 9, version: 'v1.3.0', status: 'superseded', by: 'x', at: now.toISOString(), rollbackOf: null },
  { revision: 11, version: 'v1.3.0', status: 'deployed', by: 'x', at: now.toISOString(), rollbackOf: 9 },
]

export const samplePlan: Plan = {
  change: {
    from: 'v1.3.0',
    to: 'v1.4.0',
    details: [{ name: 'components', value: 'backend, frontend, worker' }],
  },
  problem: null,
  approval: { quorum: 1, roles: ['approver', 'admin'] },
  freeze: null,
  mayOverride: false,
  ahead: [],
}

export const sampleAccessRequest: AccessRequest = {
  id: 3,
  slack: 'U0STRANGER',
  name: 'Bruno Reis',
  state: 'open',
  askedAt: '2026-11-23T17:00:00.000Z',
  decidedBy: null,
  role: null,
  expiresAt: null,
}

const job = sampleJob({ state: 'waiting-approval' })

export const sampleHome: Home = {
  person: sampleWho.person,
  admins: sampleWho.admins,
  access: 'granted',
  settings: { directMessages: true, endNotice: 'long' },
  overview: {
    environments: sampleStatus.environments.map((environment) => ({
      ...environment,
      lastChange: { jobId: 40, kind: 'deploy', by: maria, at: '2026-11-23T16:00:00.000Z' },
    })),
    onCall: sampleOnCall.rotations,
    incidents: [summaryOf(sampleIncident)],
    running: sampleStatus.jobs,
    queued: [sampleJob({ state: 'queued' })],
    waitingForMe: [job],
    waitingForOthers: [job],
    nextFreezes: [
      {
        name: 'Black Friday',
        environment: 'production',
        startsAt: '2026-11-26T03:00:00.000Z',
        endsAt: '2026-12-01T03:00:00.000Z',
      },
    ],
    maintenance: { active: false, startsAt: '2026-12-07T05:00:00.000Z', endsAt: '2026-12-07T09:00:00.000Z' },
  },
}

const yes: EngineClient = {
  createJob: async () => ({ job: sampleJob(), created: true }),
  plan: async () => samplePlan,
  job: async (id) => sampleJob({ id, state: 'running', logTail: ['backend: 2 of 3 pods ready'] }),
  jobs: async () => [sampleJob()],
  log: async () => ({
    lines: [
      { id: 1, at: '2026-11-23T17:03:00.000Z', step: 'wait-rollout', line: 'backend: 2 of 3 pods ready' },
    ],
    next: 1,
    finished: true,
  }),
  approve: async () => sampleJob(),
  reject: async () => sampleJob(),
  breakGlass: async () => sampleJob(),
  cancel: async () => sampleJob(),
  retry: async () => sampleJob(),
  status: async () => sampleStatus,
  releases: async () => ({ releases, versions: null }),
  backups: async () => [],
  locks: async () => sampleLocks,
  freezes: async () => sampleFreezes,
  freeze: async (asked) => ({
    ...freeze,
    environment: asked.environment,
    reason: asked.reason,
    endsAt: asked.until,
  }),
  unfreeze: async () => ({ lifted: 1 }),
  who: async () => sampleWho,
  settings: async () => settings,
  logFile: async () => ({ state: 'coming' }),
  followLog: async () => ({ state: 'following' }),
  personSettings: async () => sampleHome.settings,
  savePersonSettings: async (_, change) => ({ ...sampleHome.settings, ...change }),
  home: async () => sampleHome,
  homeOpened: async () => {},
  askAccess: async () => sampleAccessRequest,
  accessRequest: async () => sampleAccessRequest,
  grantAccess: async () => sampleAccessRequest,
  refuseAccess: async () => sampleAccessRequest,
  revokeAccess: async () => ({ revoked: 1 }),
  copies: async () => ({ revision: 0, people: [], incidentId: null }),
  incidents: async () => [summaryOf(sampleIncident)],
  incident: async (id) => ({ ...sampleIncident, id }),
  declareIncident: async () => sampleIncident,
  acknowledgeIncident: async () => sampleIncident,
  escalateIncident: async () => sampleIncident,
  resolveIncident: async () => sampleIncident,
  assignIncident: async () => sampleIncident,
  noteOnIncident: async () => sampleIncident,
  giveIncidentRole: async () => sampleIncident,
  stillWorkingOn: async () => sampleIncident,
  recordIncidentChannel: async () => sampleIncident,
  postmortem: async (id) => ({ fileName: `postmortem-${id}.md`, markdown: '# Loja fora do ar\n' }),
  postmortemFile: async () => ({ state: 'coming' }),
  incidentStats: async () => sampleStats,
  onCall: async () => sampleOnCall,
  overrideOnCall: async () => sampleOverride,
  cancelOverride: async () => sampleOverride,
  onCallNotice: async () => sampleHandOver,
  silences: async () => [sampleSilence],
  silence: async () => sampleSilence,
  endSilence: async () => sampleSilence,
  async *changes() {},
  messagesOf: async () => [],
  beginPosting: async () => {},
  recordShown: async () => {},
  takeLease: async () => null,
  dropLease: async () => {},
  saveUserGroup: async () => {},
}
