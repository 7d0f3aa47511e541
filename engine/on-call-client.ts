import type { z } from 'zod'
import type * as schemas from './http/incident-schemas.ts'

export type OnCall = z.output<typeof schemas.OnCallView>
export type Override = z.output<typeof schemas.OverrideView>
export type NewOverride = z.input<typeof schemas.NewOverrideBody>
export type OnCallNotice = z.output<typeof schemas.OnCallNoticeView>

/** Who is on call. Every call throws EngineRefused or EngineUnavailable. */
export interface OnCallClient {
  onCall(): Promise<OnCall>
  overrideOnCall(override: NewOverride): Promise<Override>
  cancelOverride(id: number, act: { by: string }): Promise<Override>
  onCallNotice(id: number): Promise<OnCallNotice>
}

/** One call to the engine, answered with its JSON. */
type Call = (
  path: string,
  options?: { method?: 'GET' | 'POST' | 'DELETE'; json?: unknown },
) => Promise<unknown>

export function onCallClient(call: Call): OnCallClient {
  return {
    onCall: async () => (await call('/v1/oncall')) as OnCall,
    overrideOnCall: async (json) =>
      (await call('/v1/oncall/overrides', { method: 'POST', json })) as Override,
    cancelOverride: async (id, json) =>
      (await call(`/v1/oncall/overrides/${id}`, { method: 'DELETE', json })) as Override,
    onCallNotice: async (id) => (await call(`/v1/oncall/notices/${id}`)) as OnCallNotice,
  }
}
