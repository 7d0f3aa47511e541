import { z } from '@hono/zod-openapi'
import { FreezeView } from './freeze-schemas.ts'
import { JobSummary } from './job-schemas.ts'

/** Environments and what there is of them, as they go over the HTTP face. */

const Time = z.iso.datetime()

export const EnvironmentStatus = z
  .object({
    name: z.string(),
    url: z.string(),
    /** What runs now; null while it cannot be read (`problem` says why). */
    version: z.string().nullable(),
    revision: z.number().nullable(),
    releasedBy: z.string().nullable(),
    releasedAt: Time.nullable(),
    health: z.enum(['healthy', 'unhealthy', 'unknown']),
    problem: z.string().nullable(),
    freeze: FreezeView.nullable(),
  })
  .openapi('EnvironmentStatus')

export const Status = z
  .object({
    environments: z.array(EnvironmentStatus),
    jobs: z.array(JobSummary),
    incidents: z.array(z.object({ id: z.number(), title: z.string(), level: z.number() })),
  })
  .openapi('Status')

export const ReleaseView = z
  .object({
    revision: z.number(),
    version: z.string(),
    status: z.string(),
    by: z.string(),
    at: Time,
    rollbackOf: z.number().nullable(),
  })
  .openapi('Release')

export const BackupView = z
  .object({
    id: z.string(),
    environment: z.string(),
    database: z.string(),
    takenAt: Time,
    bytes: z.number(),
    rows: z.number(),
  })
  .openapi('Backup')
