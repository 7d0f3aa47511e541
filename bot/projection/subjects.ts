import type { KnownBlock } from '@slack/web-api'
import type { EngineClient, Incident, Job, Settings } from '../../engine/client.ts'

/** How a job and an incident are shown: text and blocks. */
export interface Views {
  job(job: Job, context: ViewContext): { text: string; blocks: KnownBlock[] }
  incident(incident: Incident, context: ViewContext): { text: string; blocks: KnownBlock[] }
}
export interface ViewContext {
  settings: Settings
  now: Date
}

/** A subject as it was read, and what that means for its message. */
export interface Read {
  revision: number
  /** Somebody is asked to decide, or it is over: shown before any progress. */
  urgent: boolean
  /** The channel whose message shows it. */
  channel(settings: Settings): string
  draw(context: ViewContext): { text: string; blocks: KnownBlock[] }
}

type Reader = (id: number, engine: EngineClient, views: Views) => Promise<Read>

/** Everything that has a message. */
const readers: Record<string, Reader> = {
  async job(id, engine, views) {
    const job = await engine.job(id)
    return {
      revision: job.revision,
      urgent: job.state !== 'queued' && job.state !== 'running',
      channel: (settings) => channelOfJob(job, settings),
      draw: (context) => views.job(job, context),
    }
  },

  async incident(id, engine, views) {
    const incident = await engine.incident(id)
    return {
      revision: incident.revision,
      urgent: true,
      channel: (settings) => settings.channels.incidents,
      draw: (context) => views.incident(incident, context),
    }
  },
}

/** How to read `job/42` or `incident/7`; undefined: a subject without a message. */
export function readerOf(
  subject: string,
): ((engine: EngineClient, views: Views) => Promise<Read>) | undefined {
  const [, kind = '', id = ''] = /^([a-z-]+)\/(\d+)$/.exec(subject) ?? []
  const reader = Object.hasOwn(readers, kind) ? readers[kind] : undefined
  return reader && ((engine, views) => reader(Number(id), engine, views))
}

/** A job is shown where it was asked for, if that is a channel of ours. */
export function channelOfJob(job: Pick<Job, 'origin'>, settings: Settings): string {
  const { operations, incidents } = settings.channels
  const asked = job.origin?.['channel']
  return asked === incidents ? incidents : operations
}
