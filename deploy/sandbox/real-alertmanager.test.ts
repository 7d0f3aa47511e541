import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { liveOneAlert } from './alert-life.ts'
import { needs } from './needs.ts'
import { testDatabase } from './postgres/testing.ts'

const isMissing = ['prometheus', 'prometheus-alertmanager'].map(needs).includes(true)

test.skipIf(isMissing)(
  'a rule of a real Prometheus fires and heals: an incident opens, a phone rings, all closes',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'plantao-alert-life-'))
    const database = await testDatabase()
    const steps: string[] = []
    await liveOneAlert({ dir, databaseUrl: database.url, say: (step) => void steps.push(step) })
    expect(steps).toHaveLength(6)
    await database.drop()
    await rm(dir, { recursive: true })
  },
  180_000,
)
