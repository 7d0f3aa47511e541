import { z } from 'zod'

/** Whether it exists is for the runbook file to say, with a list of those that do. */
export const EnvironmentName = z.string().min(1, 'name an environment').max(60)

/** A release version. Never anything a program could take for an option. */
export const Version = z
  .string()
  .max(64)
  .regex(
    /^v\d+\.\d+\.\d+(-[0-9A-Za-z]+(\.[0-9A-Za-z]+)*)?$/,
    'a version looks like v1.2.3 (or v1.2.3-rc.1): the letter v and three numbers',
  )

export const Revision = z.number().int('a revision is a whole number').positive('revisions count from 1')
