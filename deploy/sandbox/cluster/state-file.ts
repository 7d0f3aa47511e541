import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

import type { Effect } from './effects.ts'
import type { Snapshot, Store } from './store.ts'
import type { SavedVersions, Versions } from './versions.ts'

type State = { store: Snapshot; versions: SavedVersions; effects: Effect[] }
type Parts = { store: Store; versions: Versions; effects: () => Effect[] }

/** Changes are written together, this long after the first of them. */
const writeDelayMs = 50

/** What an earlier run left, if it did. */
export function savedState(file: string): State | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as State) : undefined
}

/** Keeps the file equal to the cluster; a crash leaves the last whole version (written beside, then renamed). */
export function keepState(file: string | undefined, { store, versions, effects }: Parts) {
  if (!file) return { changed: () => {}, close: () => Promise.resolve() }
  const path = file
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  function changed(): void {
    timer ??= setTimeout(() => {
      timer = undefined
      writing = writing.then(write)
    }, writeDelayMs)
  }

  async function write(): Promise<void> {
    const state: State = { store: store.snapshot(), versions: versions.snapshot(), effects: effects() }
    await mkdir(dirname(path), { recursive: true })
    await writeFile(`${path}.new`, JSON.stringify(state))
    await rename(`${path}.new`, path)
  }

  store.onChange(changed)
  versions.onChange(changed)
  return {
    changed,
    async close(): Promise<void> {
      clearTimeout(timer)
      await writing
      await write()
    },
  }
}
