import { z } from '@hono/zod-openapi'
import { IncidentSummary } from './incident-schemas.ts'
import { EnvironmentStatus } from './environment-schemas.ts'
import { ChangeView, JobSummary } from './job-schemas.ts'
import { PersonSettings, RotationView, Who } from './people-schemas.ts'
import { PersonRef } from './schemas.ts'

const Time = z.iso.datetime()
const Window = z.object({ startsAt: Time, endsAt: Time })

/** What one person's App Home shows. */
export const HomeView = z
  .object({
    person: Who.shape.person,
    admins: z.array(PersonRef),
    /** `asked`: a request for access is open. */
    access: z.enum(['granted', 'asked', 'none']),
    settings: PersonSettings,
    /** Null: not for this person's eyes. */
    overview: z
      .object({
        environments: z.array(
          EnvironmentStatus.extend({
            lastChange: z.object({ jobId: z.number(), kind: z.string(), by: PersonRef, at: Time }).nullable(),
          }),
        ),
        onCall: z.array(RotationView),
        /** Those that are not resolved. */
        incidents: z.array(IncidentSummary),
        running: z.array(JobSummary),
        queued: z.array(JobSummary),
        waitingForMe: z.array(JobSummary.extend({ change: ChangeView.nullable() })),
        waitingForOthers: z.array(JobSummary),
        nextFreezes: z.array(Window.extend({ name: z.string(), environment: z.string() })),
        maintenance: Window.extend({ active: z.boolean() }),
      })
      .nullable(),
  })
  .openapi('Home')
