import { accessAnswerReader, accessReader } from './reading/access.ts'
import { approvalReader } from './reading/approval.ts'
import { followedLogReader } from './reading/followed-log.ts'
import { homeReader } from './reading/home.ts'
import { eventReader, fallbackReader, pageReader, postmortemReader } from './reading/incident-notices.ts'
import { incidentReader } from './reading/incident.ts'
import { endReader, logFileReader } from './reading/job-notices.ts'
import { jobReader } from './reading/job.ts'
import { onCallReader } from './reading/on-call.ts'
import type { Read, Reader, Sources } from './views.ts'

export type { Views } from './views.ts'

/** Everything that has a place in Slack. */
const readers: Record<string, Reader> = {
  job: jobReader,
  incident: incidentReader,
  'incident-event': eventReader,
  'incident-page': pageReader,
  page: fallbackReader,
  postmortem: postmortemReader,
  approval: approvalReader,
  'job-end': endReader,
  'job-log': logFileReader,
  'job-follow': followedLogReader,
  access: accessReader,
  'access-answer': accessAnswerReader,
  home: homeReader,
  'on-call': onCallReader,
}

/** How to read `job/42`, `approval/42.1` or `home/U012`; undefined: a subject without a place. */
export function readerOf(subject: string): ((sources: Sources) => Promise<Read | null | 'soon'>) | undefined {
  const [, kind = '', id = ''] = /^([a-z-]+)\/([0-9A-Z.]+)$/.exec(subject) ?? []
  const reader = Object.hasOwn(readers, kind) ? readers[kind] : undefined
  return reader && ((sources) => reader(id, sources))
}
