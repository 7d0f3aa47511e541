import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { rolloutReasons } from './pt-BR/rollout-reasons.ts'
import { textsFor } from './index.ts'

const engine = new URL('../../engine/', import.meta.url)

/** What the engine's sources name, so that a new step, failure or reason does not reach people unnamed. */
async function namedIn(folder: string, pattern: RegExp): Promise<string[]> {
  const files = await readdir(new URL(folder, engine), { recursive: true })
  const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  const texts = await Promise.all(
    sources.map((file) => readFile(new URL(`${folder}${file}`, engine), 'utf8')),
  )
  const names = texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name ?? ''))
  return [...new Set(names)]
}

const unnamed = (names: string[], catalogue: object): string[] =>
  names.filter((name) => !Object.hasOwn(catalogue, name))

describe('there are words for', () => {
  const { job, problems, syncReasons } = textsFor('pt-BR')

  test('every step of a procedure', async () => {
    const steps = await namedIn('procedures/', /\bjob\.step\(\s*'([a-z-]+)'/g)
    expect(steps.length).toBeGreaterThan(10)
    expect(unnamed(steps, job.steps)).toEqual([])
  })

  test('every failure that a step may expect', async () => {
    const codes = await namedIn('./', /(?:[A-Z]\w*(?:Failure|Mismatch)|super)\(\s*'([a-z]+(?:-[a-z]+)+)'/g)
    expect(codes.length).toBeGreaterThan(30)
    expect(unnamed(codes, { ...problems.failures, ...problems.refusals })).toEqual([])
  })

  test('every reason for which a rollout is given up', async () => {
    const ours = await namedIn(
      'systems/kubernetes/',
      /(?:deploymentTrouble\(|reason: |notReady = )'([A-Z]\w+)'/g,
    )
    const hopeless = await namedIn(
      'systems/kubernetes/',
      /'((?:Err)?Image\w+|InvalidImageName|Create\w+Error)'/g,
    )
    expect(ours).toContain('DeploymentPaused')
    expect(hopeless).toContain('ImagePullBackOff')
    expect(unnamed([...ours, ...hopeless], rolloutReasons)).toEqual([])
  })

  test('every reason for which a sync leaves an item alone', async () => {
    const codes = await namedIn('sync/', /\breason\('([a-z-]+)'/g)
    expect(codes.length).toBeGreaterThan(10)
    expect(unnamed(codes, syncReasons)).toEqual([])
  })
})
