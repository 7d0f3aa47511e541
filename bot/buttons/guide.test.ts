import { expect, test } from 'vitest'
import { dependencies, pressed, recordingEngine } from '../commands/testing/recording-engine.ts'
import { buttons } from './index.ts'

test('another topic takes the place of the one that was shown', async () => {
  const { engine } = recordingEngine()
  const act = { ...pressed('guide.topic'), value: 'people' }
  const answer = await buttons['guide.topic']?.(act, dependencies(engine))
  expect(answer).toMatchObject({ replaces: true })
  expect(JSON.stringify(answer?.blocks)).toContain('/ops quemsou')
  expect(JSON.stringify(answer?.blocks)).toContain(
    '"initial_option":{"text":{"type":"plain_text","text":"Pessoas',
  )
})
