import { expect, test } from 'vitest'
import { buttonKey, commandKey, submissionKey } from './idempotency-key.ts'
import type { BlockActions, SlashCommand, ViewSubmission } from './slack/payloads.ts'

const command: SlashCommand = {
  command: '/deploy',
  text: 'production v1',
  user_id: 'U1',
  channel_id: 'C1',
  trigger_id: '111.222.abc',
}

const press: BlockActions = {
  type: 'block_actions',
  user: { id: 'U1' },
  trigger_id: '1.2.a',
  channel: { id: 'C1' },
  container: { message_ts: '1700000000.000100' },
  actions: [{ action_id: 'job-approve', value: '42' }],
}

const submission: ViewSubmission = {
  type: 'view_submission',
  user: { id: 'U1' },
  view: {
    id: 'V1',
    hash: '1.a',
    callback_id: 'reject',
    private_metadata: '',
    title: { text: 'Reject' },
    blocks: [],
    state: { values: {} },
  },
}

test('the same words typed twice are two commands; one command delivered twice is one', () => {
  expect(commandKey({ ...command })).toBe(commandKey(command))
  expect(commandKey({ ...command, trigger_id: '333.444.def' })).not.toBe(commandKey(command))
})

test('a command without a trigger is told apart by everything else', () => {
  const { trigger_id: _, ...bare } = command
  expect(commandKey({ ...bare })).toBe(commandKey(bare))
  expect(commandKey({ ...bare, text: 'staging v1' })).not.toBe(commandKey(bare))
  expect(commandKey({ ...bare, response_url: 'https://hooks.example/2' })).not.toBe(commandKey(bare))
})

test('a button pressed twice by one person is one act, whatever its trigger', () => {
  expect(buttonKey({ ...press, trigger_id: '9.9.z' })).toBe(buttonKey(press))
})

test.each<[string, BlockActions]>([
  ['person', { ...press, user: { id: 'U2' } }],
  ['channel', { ...press, channel: { id: 'C2' } }],
  ['message', { ...press, container: { message_ts: '1700000000.000200' } }],
  ['button', { ...press, actions: [{ action_id: 'job-reject', value: '42' }] }],
  ['value', { ...press, actions: [{ action_id: 'job-approve', value: '43' }] }],
])('another %s is another act', (_, other) => {
  expect(buttonKey(other)).not.toBe(buttonKey(press))
})

test('parts cannot run into each other', () => {
  const one = { ...press, actions: [{ action_id: 'a', value: 'bc' }] } satisfies BlockActions
  const other = { ...press, actions: [{ action_id: 'ab', value: 'c' }] } satisfies BlockActions
  expect(buttonKey(one)).not.toBe(buttonKey(other))
})

test('a form sent twice is one act; the same form shown anew is another', () => {
  expect(submissionKey({ ...submission })).toBe(submissionKey(submission))
  const anew = { ...submission, view: { ...submission.view, hash: '2.b' } }
  expect(submissionKey(anew)).not.toBe(submissionKey(submission))
})

test('keys fit what the engine takes', () => {
  const long = {
    ...press,
    actions: [{ action_id: 'a'.repeat(255), value: 'v'.repeat(2000) }],
  } satisfies BlockActions
  expect(buttonKey(long).length).toBeLessThanOrEqual(200)
})
