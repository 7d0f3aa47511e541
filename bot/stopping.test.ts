import { expect, test } from 'vitest'
import { slackForTest } from '../deploy/sandbox/slack/testing.ts'
import { botForTest, operations, overSockets } from './testing/bot-for-test.ts'
import { createFakeEngine } from './testing/fake-engine.ts'

test('what Slack had sent to a bot when it was told to stop is answered', async () => {
  const slack = await slackForTest({ now: () => new Date() })
  const engine = createFakeEngine()
  await botForTest(slack, engine, { intake: overSockets })
  const leaving = await botForTest(slack, engine, { intake: overSockets })
  await slack.until(() => slack.socketCount() === 4)
  const typed = Array.from({ length: 8 }, async () =>
    slack.command({ user: 'U0OPERATOR', channel: operations, command: '/ops', text: 'aloud' }),
  )
  await leaving.stop()
  const answers = await Promise.all(typed)
  expect(answers.map(({ error }) => error)).toEqual(answers.map(() => undefined))
})
