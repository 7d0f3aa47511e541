import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { z } from 'zod'

export type StateFile<State> = {
  /** What an earlier run left, undefined at the first. */
  saved: State | undefined
  /** Writes before it returns: a vendor does not forget what it has answered, whenever the sandbox is killed. */
  save: (state: State) => void
}

/** Keeps a stand-in's world over restarts. Without a path nothing is kept. */
export function openStateFile<State>(path: string | undefined, schema: z.ZodType<State>): StateFile<State> {
  if (path === undefined) return { saved: undefined, save: () => undefined }
  mkdirSync(dirname(path), { recursive: true })
  return {
    saved: existsSync(path) ? schema.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined,
    save(state) {
      writeFileSync(`${path}.new`, JSON.stringify(state))
      renameSync(`${path}.new`, path)
    },
  }
}
