import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { compile } from './compiled.ts'
import { startHouse, type House } from './console/house.ts'
import { startWorld, type World, type WorldOptions } from './world.ts'

const startingMs = 180_000

/** One whole sandbox for the tests beside this call; what its programs wrote may name no bug of theirs. */
export function houseForTests(language: 'pt-BR' | 'en' = 'pt-BR'): () => House {
  let folder: string
  let house: House | undefined
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plantao-house-'))
    house = await startHouse({ folder, language, fast: true })
  }, startingMs)
  afterAll(async () => {
    await house?.close()
    await rm(folder, { recursive: true, force: true })
    expect(house?.output()).not.toContain('report this as a bug')
  })
  return () => {
    if (house === undefined) throw new Error('the house starts before the first test')
    return house
  }
}

export interface WorldForTests {
  world: World
  /** Where the engine and the bot lie compiled. */
  compiled: string
  folder: string
  close(): Promise<void>
}

/** Everything outside Plantão, for tests that start its programs, and kill them, themselves. */
export async function worldForTests(given: WorldOptions['given'] = {}): Promise<WorldForTests> {
  const folder = await mkdtemp(join(tmpdir(), 'plantao-world-'))
  const compiled = join(folder, 'dist')
  const [world] = await Promise.all([
    startWorld({ dataDir: join(folder, 'world'), fast: true, given }),
    compile(compiled),
  ])
  return {
    world,
    compiled,
    folder,
    async close() {
      await world.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
