import type { EngineClient, Job } from '../../../engine/client.ts'
import type { LogLines, Read, Reader, Sources } from '../views.ts'
import { attemptOf } from './job.ts'
import { threadOf } from './thread.ts'

/** That a job is over, for the one who asked: a reply to its card, once for each attempt. */
export const endReader: Reader = async (id, sources) => {
  const { personal } = sources.views
  if (personal === undefined) return null
  const { revision } = await sources.engine.copies(`job-end/${id}`)
  const ended = await endedJob(id, sources)
  if (ended === null || ended === 'soon') return ended
  const { job, places } = ended
  const { settings, now } = sources
  return { revision, urgent: true, places, draw: async () => personal.jobEnd(job, { settings, now }) }
}

/** The whole log of a job that is over: a file in the thread of its card, once for each attempt. */
export const logFileReader: Reader = async (id, sources) => {
  const { personal } = sources.views
  if (personal === undefined) return null
  const { revision } = await sources.engine.copies(`job-log/${id}`)
  const ended = await endedJob(id, sources)
  if (ended === null || ended === 'soon') return ended
  const { job, places } = ended
  const { settings, now } = sources
  return {
    revision,
    urgent: false,
    surface: 'file',
    places,
    draw: async () => personal.logFile(job, await wholeLog(sources.engine, job.id), { settings, now }),
  }
}

/** The job, and the thread of its card; no place when another attempt has begun. Null: it has not ended. */
async function endedJob(
  id: string,
  sources: Sources,
): Promise<{ job: Job; places: Read['places'] } | 'soon' | null> {
  const { jobId, attempt } = attemptOf(id)
  const job = await sources.engine.job(jobId)
  if (job.attempt !== attempt) return { job, places: [] }
  if (job.finishedAt === null) return null
  const places = await threadOf(job, sources)
  return places === 'soon' ? 'soon' : { job, places }
}

const linesAtOnce = 5000
/** What a person still opens; of a longer log the end is what matters. */
const mostLines = 200_000

async function wholeLog(engine: EngineClient, id: number): Promise<LogLines> {
  let lines: LogLines = []
  let after = 0
  for (;;) {
    const page = await engine.log(id, { after, limit: linesAtOnce })
    lines = [...lines, ...page.lines].slice(-mostLines)
    if (page.lines.length < linesAtOnce) return lines
    after = page.next
  }
}
