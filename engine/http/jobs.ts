import { createRoute, z } from '@hono/zod-openapi'
import { jobStates, listJobs } from '../../db/jobs.ts'
import { announceFollowed, announceLogFile, logFileSubject } from '../../db/job-notices.ts'
import { messagesOf } from '../../db/slack-messages.ts'
import { readLog, tailLog } from '../../db/steps.ts'
import type { EngineContext } from '../context.ts'
import { approveJob, breakGlass, cancelJob, rejectJob, retryJob } from '../decide-job.ts'
import { requestJob } from '../request-job.ts'
import { createRouter, jsonAnswer, jsonBody, problems } from './router.ts'
import { Job, JobSummary, LogPage, NewJobBody } from './job-schemas.ts'
import { ActBody, ReasonedActBody } from './schemas.ts'
import { jobSummary, jobView, newJobView } from './views.ts'

const JobId = z.object({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) })
const tags = ['jobs']
const job = jsonAnswer('The job', Job)

const create = createRoute({
  method: 'post',
  path: '/v1/jobs',
  tags,
  request: jsonBody(NewJobBody),
  responses: { 201: job, 200: jsonAnswer('The first job of this idempotency key', Job), ...problems },
})
const list = createRoute({
  method: 'get',
  path: '/v1/jobs',
  tags,
  request: {
    query: z.object({
      state: z
        .string()
        .transform((text) => text.split(','))
        .pipe(z.array(z.enum(jobStates)))
        .optional(),
      kind: z.string().optional(),
      environment: z.string().optional(),
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
  },
  responses: { 200: jsonAnswer('Newest first', z.object({ jobs: z.array(JobSummary) })), ...problems },
})
const read = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}',
  tags,
  request: { params: JobId },
  responses: { 200: job, ...problems },
})
const log = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}/log',
  tags,
  request: {
    params: JobId,
    query: z.object({
      after: z.coerce.number().int().min(0).default(0),
      /** Instead of those after a line, the last ones before it; 0: the newest. */
      before: z.coerce.number().int().min(0).optional(),
      limit: z.coerce.number().int().min(1).max(5_000).default(1_000),
    }),
  },
  responses: { 200: jsonAnswer('Lines, oldest first', LogPage), ...problems },
})
const act = <Verb extends string>(verb: Verb) =>
  createRoute({
    method: 'post',
    path: `/v1/jobs/{id}/${verb}` as const,
    tags,
    request: { params: JobId, ...jsonBody(ActBody) },
    responses: { 200: job, ...problems },
  })
const actWithReason = <Verb extends string>(verb: Verb) =>
  createRoute({
    method: 'post',
    path: `/v1/jobs/{id}/${verb}` as const,
    tags,
    request: { params: JobId, ...jsonBody(ReasonedActBody) },
    responses: { 200: job, ...problems },
  })

const logFile = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/log-file',
  tags,
  request: { params: JobId },
  responses: {
    200: jsonAnswer(
      'The whole log comes as a file to the job’s thread, once for each attempt and when it is over',
      z.object({ state: z.enum(['coming', 'when-over', 'there']) }),
    ),
    ...problems,
  },
})

const follow = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/follow',
  tags,
  request: { params: JobId },
  responses: {
    200: jsonAnswer(
      'The log grows in the job’s thread until this attempt is over, and is then put there as a file',
      z.object({ state: z.enum(['following', 'when-started', 'over']) }),
    ),
    ...problems,
  },
})

const endStates = ['succeeded', 'failed', 'cancelled']

/** Ask for jobs, read them, decide on them. */
export function jobRoutes(context: EngineContext) {
  const view = async (id: number) => await jobView(context, id)
  return createRouter()
    .openapi(create, async (c) => {
      const { job: row, created, steps } = await requestJob(context, c.req.valid('json'))
      return created ? c.json(newJobView(context, row, steps), 201) : c.json(await view(row.id), 200)
    })
    .openapi(list, async (c) => {
      const { state, ...filter } = c.req.valid('query')
      const found = await listJobs(context.pool, { ...filter, states: state })
      return c.json({ jobs: found.map((row) => jobSummary(context, row)) }, 200)
    })
    .openapi(read, async (c) => c.json(await view(c.req.valid('param').id), 200))
    .openapi(log, async (c) => {
      const { id } = c.req.valid('param')
      const query = c.req.valid('query')
      const { state } = await view(id)
      const { before, ...forward } = query
      const lines =
        before === undefined
          ? await readLog(context.pool, { jobId: id, ...forward })
          : await tailLog(context.pool, id, query.limit, before === 0 ? null : before)
      const page = {
        lines: lines.map((line) => ({ ...line, at: line.at.toISOString() })),
        next: lines.at(-1)?.id ?? query.after,
        finished: endStates.includes(state) && lines.length < query.limit,
      }
      return c.json(page, 200)
    })
    .openapi(logFile, async (c) => {
      const { state, id, attempt } = await view(c.req.valid('param').id)
      const isNew = await announceLogFile(context.pool, id, attempt)
      const [shown] = isNew ? [] : await messagesOf(context.pool, logFileSubject(id, attempt))
      const coming = endStates.includes(state) ? 'coming' : 'when-over'
      return c.json({ state: typeof shown?.ts === 'string' ? 'there' : coming } as const, 200)
    })
    .openapi(follow, async (c) => {
      const { state, id } = await view(c.req.valid('param').id)
      const isFollowed = await announceFollowed(context.pool, id)
      const begins = state === 'running' ? 'following' : 'when-started'
      return c.json({ state: isFollowed ? begins : 'over' } as const, 200)
    })
    .openapi(act('approve'), async (c) => {
      const { id } = c.req.valid('param')
      await approveJob(context, { jobId: id, ...c.req.valid('json') })
      return c.json(await view(id), 200)
    })
    .openapi(actWithReason('reject'), async (c) => {
      const { id } = c.req.valid('param')
      await rejectJob(context, { jobId: id, ...c.req.valid('json') })
      return c.json(await view(id), 200)
    })
    .openapi(actWithReason('break-glass'), async (c) => {
      const { id } = c.req.valid('param')
      await breakGlass(context, { jobId: id, ...c.req.valid('json') })
      return c.json(await view(id), 200)
    })
    .openapi(act('cancel'), async (c) => {
      const { id } = c.req.valid('param')
      await cancelJob(context, { jobId: id, ...c.req.valid('json') })
      return c.json(await view(id), 200)
    })
    .openapi(act('retry'), async (c) => {
      const { id } = c.req.valid('param')
      await retryJob(context, { jobId: id, ...c.req.valid('json') })
      return c.json(await view(id), 200)
    })
}
