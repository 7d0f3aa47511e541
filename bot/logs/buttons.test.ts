import { expect, test } from 'vitest'
import type { EngineClient } from '../../engine/client.ts'
import type { Locale } from '../asked.ts'
import { buttons } from '../buttons/index.ts'
import { dependencies, pressed, recordingEngine, typed } from '../commands/testing/recording-engine.ts'
import { commands } from '../commands/index.ts'
import { sampleJob } from '../views/testing/job-samples.ts'

const ended = sampleJob({
  state: 'succeeded',
  startedAt: '2026-11-23T17:03:00.000Z',
  finishedAt: '2026-11-23T17:04:00.000Z',
})

test.each<[string, Locale, string]>([
  ['log 42', 'pt-BR', 'As próximas linhas aparecem na conversa de *#42* em <#C0OPSALERTS>, até terminar.'],
  ['logs 42', 'en', 'The next lines appear in the thread of *#42* in <#C0OPSALERTS>, until it is over.'],
])(
  '/ops %s follows a job that runs: the last lines now, the next ones in its thread',
  async (line, locale, said) => {
    const { answer, methods } = await ask(line, { locale })
    expect(methods).toContain('followLog')
    expect(answer).toContain('backend: 2 of 3 pods ready')
    expect(answer).toContain(said)
    expect(answer).not.toContain('log.follow')
  },
)

test('a job that has not begun is followed when it does', async () => {
  const job = async () => sampleJob()
  const { answer } = await ask('log 42', {
    replies: { job, followLog: async () => ({ state: 'when-started' }) },
  })
  expect(answer).toContain('ainda não começou')
})

test('a job that is over is not followed, nor one that ends at that moment', async () => {
  const over = await ask('log 42', { replies: { job: async () => ended } })
  expect(over.methods).not.toContain('followLog')
  const just = await ask('log 42', { replies: { followLog: async () => ({ state: 'over' }) } })
  for (const { answer } of [over, just]) {
    expect(answer).toContain('backend: 2 of 3 pods ready')
    expect(answer).not.toContain('próximas linhas')
  }
})

test('the button of a card looks only; its page offers to follow, and then says so in its place', async () => {
  const { engine, calls } = recordingEngine()
  const deps = dependencies(engine)
  const page = await buttons['job.log']?.(pressed('job.log'), deps)
  expect(calls.map(({ method }) => method)).not.toContain('followLog')
  expect(JSON.stringify(page?.blocks)).toContain('"log.follow"')
  const followed = await buttons['log.follow']?.(pressed('log.follow'), deps)
  expect(calls.filter(({ method }) => method === 'followLog')).toEqual([{ method: 'followLog', args: [42] }])
  expect(followed?.replaces).toBe(true)
  expect(JSON.stringify(followed?.blocks)).not.toContain('"log.follow"')
})

async function ask(text: string, { locale = 'pt-BR' as Locale, replies = {} as Partial<EngineClient> }) {
  const { engine, calls } = recordingEngine(replies)
  const answer = await commands['/ops'](typed(text, { locale }), dependencies(engine))
  return { answer: JSON.stringify(answer?.blocks), methods: calls.map(({ method }) => method) }
}
