import { askLogFile, followLog } from '../../logs/buttons.ts'
import { cardContext } from '../../views/card-context.ts'
import { jobCard } from '../../views/job-card.ts'
import { jobsView } from '../../views/ops/jobs.ts'
import { oneOf, optional, sequence } from '../reading/reader.ts'
import { looking, nothing, reading } from '../reading/subcommands.ts'
import { environment, jobNumber } from '../reading/values.ts'
import { requestJob } from '../request-job.ts'

/** As many as a phone shows with some scrolling. */
const listedJobs = 15

/** /ops jobs */
export const jobs = looking(nothing, async (_, { asked, deps }) =>
  jobsView(await deps.engine.jobs({ limit: listedJobs }), cardContext(asked, deps)),
)

/** /ops job N */
export const oneJob = looking(jobNumber, async (id, { asked, deps }) =>
  jobCard(await deps.engine.job(id), cardContext(asked, deps)),
)

const file = oneOf([{ value: 'file' as const, names: ['file', 'arquivo'] }], {
  missing: (texts) => texts.asking.missing.word,
  unknown: (word, texts) => texts.asking.tooMany(word),
})

/** /ops log N [file]: the log, which goes on in the job's thread until the job is over. */
export const log = looking(sequence(jobNumber, optional(file)), async ([id, asFile], { asked, deps }) => {
  if (asFile !== undefined) return await askLogFile(id, asked, deps)
  return await followLog(id, cardContext(asked, deps), deps)
})

/** /ops cancel N */
export const cancel = reading(jobNumber, async (id, { asked, deps, asking }) => {
  await deps.engine.cancel(id, { by: asked.user })
  return { text: asking.texts.asking.cancelAsked(id).mrkdwn }
})

/** /ops retry N */
export const retry = reading(jobNumber, async (id, { asked, deps, asking }) => {
  await deps.engine.retry(id, { by: asked.user })
  return { text: asking.texts.asking.retried(id).mrkdwn }
})

/** /ops backup ENVIRONMENT */
export const backup = reading(environment, async (where, { asked, deps }) =>
  requestJob({ kind: 'backup', params: { environment: where } }, asked, deps),
)
