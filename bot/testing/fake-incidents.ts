import type { Incident, IncidentSummary } from '../../engine/client.ts'
import type { IncidentClient } from '../../engine/incident-client.ts'
import { maria } from '../views/testing/job-samples.ts'
import {
  sampleIncidentWith,
  sampleSilence,
  sampleStats,
  summaryOf,
} from '../views/testing/incident-samples.ts'

/** Everything that was asked of incidents, in order. */
export interface IncidentAct {
  act: string
  id: number
  body: Record<string, unknown>
}

export interface FakeIncidents extends IncidentClient {
  acts: IncidentAct[]
  set(id: number, change: Partial<Incident>): Incident
}

/** Incidents in memory: what is asked is done at once and says that it changed. */
export function fakeIncidents(c: {
  answer<Result>(result: () => Result): Promise<Result>
  refuse(code: string, status: number): never
  /** Says that the subject changed, and answers its new revision. */
  change(subject: string): number
}): FakeIncidents {
  const known = new Map<number, Incident>()
  const acts: IncidentAct[] = []
  const get = (id: number): Incident => known.get(id) ?? c.refuse('not-found', 404)
  const set = (id: number, change: Partial<Incident>): Incident => {
    const incident = { ...(known.get(id) ?? sampleIncidentWith({ id, timeline: [] })), ...change }
    known.set(id, incident)
    const revision = c.change(`incident/${id}`)
    known.set(id, { ...incident, revision })
    return { ...incident, revision }
  }
  const doing =
    (act: string, change: (incident: Incident, body: never) => Partial<Incident>) =>
    (id: number, body: object): Promise<Incident> =>
      c.answer(() => {
        acts.push({ act, id, body: { ...body } })
        const incident = get(id)
        if (incident.state === 'resolved' && act !== 'note') c.refuse('wrong-state', 409)
        return set(id, change(incident, body as never))
      })
  const person = (slack: string) => ({ slack, name: slack === maria.slack ? maria.name : slack })
  const at = () => new Date().toISOString()

  return {
    acts,
    set,
    incidents: ({ open = false } = {}) =>
      c.answer(() =>
        [...known.values()]
          .filter(({ state }) => !open || state !== 'resolved')
          .map((incident): IncidentSummary => summaryOf(incident))
          .toReversed(),
      ),
    incident: (id) => c.answer(() => get(id)),
    declareIncident: ({ by, idempotencyKey: _key, environment = null, ...incident }) =>
      c.answer(() => {
        const id = known.size + 1
        acts.push({ act: 'declare', id, body: { by, environment, ...incident } })
        return set(id, { ...incident, environment, rule: 'declared', declaredBy: person(by) })
      }),
    acknowledgeIncident: doing('acknowledge', ({ state }, { by }: { by: string }) =>
      state === 'acknowledged'
        ? {}
        : { state: 'acknowledged', owner: person(by), acknowledgedBy: person(by), acknowledgedAt: at() },
    ),
    escalateIncident: doing(
      'escalate',
      ({ escalation }, { seen }: { seen: { round: number; level: number } }) => {
        if (escalation === null || escalation.level !== seen.level) c.refuse('wrong-state', 409)
        return { state: 'open', escalation: { ...escalation, level: seen.level + 1 } }
      },
    ),
    resolveIncident: doing('resolve', (_, { by, reason }: { by: string; reason?: string }) => ({
      state: 'resolved',
      resolvedBy: person(by),
      resolvedAt: at(),
      resolution: reason ?? null,
    })),
    assignIncident: doing('assign', (_, { to }: { to: string }) => ({ owner: person(to) })),
    noteOnIncident: doing('note', () => ({})),
    giveIncidentRole: doing('role', (_, { role, ...to }: { role: string; person: string }) => ({
      [role]: person(to.person),
    })),
    stillWorkingOn: doing('still-working', () => ({})),
    recordIncidentChannel: doing('channel', (_, { channel }: { channel: string }) => ({ channel })),
    postmortem: (id) =>
      c.answer(() => ({ fileName: `postmortem-${get(id).id}.md`, markdown: `# ${get(id).title}\n` })),
    postmortemFile: (id) =>
      c.answer(() => {
        c.change(`postmortem/${get(id).id}.4`)
        return { state: 'coming' }
      }),
    incidentStats: () => c.answer(() => sampleStats),
    silences: () => c.answer(() => [sampleSilence]),
    silence: ({ by, ...silence }) =>
      c.answer(() => {
        acts.push({ act: 'silence', id: silence.incidentId ?? 0, body: { by, ...silence } })
        return { ...sampleSilence, reason: silence.reason }
      }),
    endSilence: (id, { by }) =>
      c.answer(() => {
        acts.push({ act: 'end-silence', id, body: { by } })
        return { ...sampleSilence, endedBy: person(by) }
      }),
  }
}
