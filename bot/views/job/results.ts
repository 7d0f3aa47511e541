import { z } from 'zod'

/** What procedures leave as their result. Read with care: a card must be drawn whatever a later version writes. */

export const ReleaseResult = z.object({
  version: z.string(),
  revision: z.number().nullish(),
  previousVersion: z.string().nullish(),
})

export const BackupResult = z.object({
  backup: z.string(),
  bytes: z.number(),
  rows: z.number(),
  tables: z.number(),
})

export const RestoreResult = z.object({
  database: z.string(),
  backup: z.string(),
  keptAs: z.string().nullish(),
  rows: z.number().nullish(),
  takenAt: z.string().nullish(),
})

export const SyncResult = z.object({
  counts: z.record(z.string(), z.number()),
  failures: z
    .array(
      z.object({
        sku: z.string(),
        code: z.string(),
        values: z.record(z.string(), z.unknown()).default({}),
        message: z.string(),
      }),
    )
    .default([]),
  /** Only of a sync of products: how many listings were found to be which product. */
  links: z.record(z.string(), z.number()).optional(),
})
export type SyncResult = z.infer<typeof SyncResult>
