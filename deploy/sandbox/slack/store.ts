import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { State } from './state.ts'

export type Store = {
  load(): Promise<State | null>
  save(state: State): Promise<void>
}

/** Keeps the workspace in one JSON file. A reader never sees half a file: it is written beside and renamed. */
export function fileStore(path: string): Store {
  return {
    async load() {
      const text = await readFile(path, 'utf8').catch(nothingYet)
      return text === null ? null : resumed(text, path)
    },
    async save(state) {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(`${path}.new`, JSON.stringify(state))
      await rename(`${path}.new`, path)
    },
  }
}

function resumed(text: string, path: string): State {
  try {
    return State.parse(JSON.parse(text))
  } catch (cause) {
    throw new Error(`${path} is not a Slack workspace that can be resumed: start afresh without it`, {
      cause,
    })
  }
}

function nothingYet(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}

const quietSeconds = 1

/** Saves soon after a change, never twice at once; `finish` saves what is left and stops. */
export function saveSoon(store: Store, state: State): { changed(): void; finish(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined
  let saving = Promise.resolve()
  const save = () => {
    timer = undefined
    saving = saving
      .then(() => store.save(state))
      .catch((error: unknown) => console.error('Slack stand-in: could not save its state:', error))
  }
  return {
    changed() {
      timer ??= setTimeout(save, quietSeconds * 1000).unref()
    },
    async finish() {
      clearTimeout(timer)
      save()
      await saving
    },
  }
}
