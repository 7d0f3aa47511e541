import type { z } from 'zod'
import type * as schemas from './http/incident-schemas.ts'

type Out<Schema extends z.ZodType> = z.output<Schema>
type In<Schema extends z.ZodType> = z.input<Schema>

export type Incident = Out<typeof schemas.IncidentView>
export type IncidentSummary = Out<typeof schemas.IncidentSummary>
export type NewIncident = In<typeof schemas.NewIncidentBody>
export type Silence = Out<typeof schemas.SilenceView>
export type NewSilence = In<typeof schemas.NewSilenceBody>
export type IncidentStats = Out<typeof schemas.IncidentStats>
export type Postmortem = Out<typeof schemas.Postmortem>

interface By {
  by: string
}

/** Incidents and silences. Every call throws EngineRefused or EngineUnavailable. */
export interface IncidentClient {
  /** Newest first; `open`: those that are not resolved. */
  incidents(filter?: { open?: boolean; limit?: number }): Promise<IncidentSummary[]>
  incident(id: number): Promise<Incident>
  declareIncident(incident: NewIncident): Promise<Incident>
  acknowledgeIncident(id: number, act: By): Promise<Incident>
  /** Refuses (`wrong-state`) when somebody has escalated past what was seen. */
  escalateIncident(id: number, act: By & { seen: { round: number; level: number } }): Promise<Incident>
  resolveIncident(id: number, act: By & { reason?: string }): Promise<Incident>
  assignIncident(id: number, act: By & { to: string }): Promise<Incident>
  noteOnIncident(id: number, act: By & { text: string; idempotencyKey?: string }): Promise<Incident>
  giveIncidentRole(id: number, act: By & { role: 'commander' | 'scribe'; person: string }): Promise<Incident>
  /** Whoever acknowledged is still at it: the question is put off. */
  stillWorkingOn(id: number, act: By): Promise<Incident>
  recordIncidentChannel(id: number, act: By & { channel: string }): Promise<Incident>
  postmortem(id: number): Promise<Postmortem>
  /** Has the postmortem put into the incident's thread; `there`: nothing has happened since it was put there. */
  postmortemFile(id: number): Promise<{ state: 'coming' | 'there' }>
  incidentStats(): Promise<IncidentStats>

  /** Those in force. */
  silences(): Promise<Silence[]>
  silence(silence: NewSilence): Promise<Silence>
  endSilence(id: number, act: By): Promise<Silence>
}

/** One call to the engine, answered with its JSON. */
type Call = (path: string, options?: { method?: 'GET' | 'POST'; json?: unknown }) => Promise<unknown>

export function incidentClient(call: Call): IncidentClient {
  const read = async <T>(path: string): Promise<T> => (await call(path)) as T
  const send = async <T>(path: string, json: unknown): Promise<T> =>
    (await call(path, { method: 'POST', json })) as T
  const act = async (id: number, what: string, json: unknown): Promise<Incident> =>
    await send(`/v1/incidents/${id}/${what}`, json)
  return {
    async incidents({ open, limit } = {}) {
      const query = new URLSearchParams({
        ...(open === true && { open: 'true' }),
        ...(limit !== undefined && { limit: String(limit) }),
      })
      return (await read<{ incidents: IncidentSummary[] }>(`/v1/incidents?${query.toString()}`)).incidents
    },
    incident: async (id) => await read(`/v1/incidents/${id}`),
    declareIncident: async (json) => await send('/v1/incidents', json),
    acknowledgeIncident: async (id, json) => await act(id, 'acknowledge', json),
    escalateIncident: async (id, json) => await act(id, 'escalate', json),
    resolveIncident: async (id, json) => await act(id, 'resolve', json),
    assignIncident: async (id, json) => await act(id, 'assign', json),
    noteOnIncident: async (id, json) => await act(id, 'note', json),
    giveIncidentRole: async (id, json) => await act(id, 'role', json),
    stillWorkingOn: async (id, json) => await act(id, 'still-working', json),
    recordIncidentChannel: async (id, json) => await act(id, 'channel', json),
    postmortem: async (id) => await read(`/v1/incidents/${id}/postmortem`),
    postmortemFile: async (id) => await send(`/v1/incidents/${id}/postmortem-file`, {}),
    incidentStats: async () => await read('/v1/incident-stats'),

    silences: async () => (await read<{ silences: Silence[] }>('/v1/silences')).silences,
    silence: async (json) => await send('/v1/silences', json),
    endSilence: async (id, json) => await send(`/v1/silences/${id}/end`, json),
  }
}
