import { describe, expect, test } from 'vitest'
import type { ModalView } from '@slack/web-api'
import { validateBlocks } from '../../deploy/sandbox/slack/blocks.ts'
import { EngineRefused, EngineUnavailable } from '../../engine/client.ts'
import { dependencies, pressed, recordingEngine } from '../commands/testing/recording-engine.ts'
import { jobSamples, sampleJob } from '../views/testing/job-samples.ts'
import { buttons } from './index.ts'

const wrongState = new EngineRefused({
  code: 'wrong-state',
  values: {},
  detail: 'Job 42 is succeeded.',
  status: 409,
})

async function press(id: string, deps: ReturnType<typeof dependencies>) {
  const handler = buttons[id]
  if (!handler) throw new Error(`no button ${id}`)
  return await handler(pressed(id), deps)
}

describe.each([
  ['job.approve', 'approve'],
  ['job.cancel', 'cancel'],
  ['job.retry', 'retry'],
])('%s', (id, method) => {
  test('asks the engine once and leaves the rest to the card', async () => {
    const { engine, calls } = recordingEngine()
    expect(await press(id, dependencies(engine))).toBeNull()
    expect(calls).toEqual([{ method, args: [42, { by: 'U0OPERATOR' }] }])
  })

  test('on a card that is out of date answers with how things are now', async () => {
    const { engine } = recordingEngine({
      [method]: () => Promise.reject(wrongState),
      job: async () => sampleJob({ state: 'succeeded' }),
    })
    const answer = await press(id, dependencies(engine))
    expect(answer?.text).toBe('Não dá mais: *#42 Deploy v1.4.0 → production* já está assim: concluído.')
  })

  test('leaves every other refusal, and silence, to whoever called', async () => {
    for (const error of [
      new EngineRefused({ code: 'requester-cannot-approve', values: {}, detail: 'No.', status: 403 }),
      new EngineUnavailable('timeout'),
    ]) {
      const { engine } = recordingEngine({ [method]: () => Promise.reject(error) })
      await expect(press(id, dependencies(engine))).rejects.toBe(error)
    }
  })
})

test('job.details shows the raw words to whoever asks', async () => {
  const { engine } = recordingEngine({ job: async () => jobSamples['failed, undone'] ?? sampleJob() })
  const answer = await press('job.details', dependencies(engine))
  expect(validateBlocks(answer?.blocks ?? [], 'message')).toEqual([])
  expect(JSON.stringify(answer?.blocks)).toContain('pod: backend-7d4f')
  expect(JSON.stringify(answer?.blocks)).toContain('reason: CrashLoopBackOff')
})

test.each([
  ['job.reject', 'Rejeitar'],
  ['job.break-glass', 'Emergência'],
])('%s opens a form for the reason before anything is asked of the engine', async (id, title) => {
  const opened: { triggerId: string; view: ModalView }[] = []
  const { engine, calls } = recordingEngine()
  const deps = dependencies(engine, async (triggerId, view) => void opened.push({ triggerId, view }))
  expect(await press(id, deps)).toBeNull()
  expect(calls).toEqual([])
  expect(opened).toHaveLength(1)
  expect(opened[0]).toMatchObject({
    triggerId: 'trigger-1',
    view: { callback_id: id, title: { text: title } },
  })
  expect(JSON.parse(opened[0]?.view.private_metadata ?? '')).toEqual({ jobId: '42', channel: 'C0OPSALERTS' })
  expect(validateBlocks(opened[0]?.view.blocks, 'modal')).toEqual([])
})

test('job.log shows the last lines', async () => {
  const { engine } = recordingEngine()
  const answer = await press('job.log', dependencies(engine))
  expect(JSON.stringify(answer?.blocks)).toContain('backend: 2 of 3 pods ready')
})
