import { expect, test } from 'vitest'
import { choose, type Waiting } from './choose.ts'

const update = (urgent: boolean, channel = 'C1') => ({ step: 'update' as const, channel, urgent })
const progress: Waiting = { call: update(false), since: 10, notBefore: 0 }
const final: Waiting = { call: update(true), since: 50, notBefore: 0 }
const free = () => 0

test('a final state goes before progress that has waited longer', () => {
  expect(choose([progress, final], free, 100)).toEqual({ start: final })
  expect(choose([final, progress], free, 100)).toEqual({ start: final })
})

test('among equals the one that has been untrue longest goes first', () => {
  const older = { ...progress, since: 5 }
  expect(choose([progress, older], free, 100)).toEqual({ start: older })
})

test('a critical incident goes before an end that has waited longer, one that can wait after it', () => {
  const critical = { ...final, since: 90, rank: 0 }
  const patient = { ...final, since: 1, rank: 2 }
  expect(choose([final, patient, critical], free, 100)).toEqual({ start: critical })
  expect(choose([patient, final], free, 100)).toEqual({ start: final })
  expect(choose([{ ...progress, rank: 0 }, patient], free, 100)).toEqual({ start: patient })
})

test('one that has to wait holds up no other', () => {
  const limited = { ...final, call: update(true, 'C2') }
  const wait = (call: { channel: string }) => (call.channel === 'C2' ? 5000 : 0)
  expect(choose([limited, progress], wait, 100)).toEqual({ start: progress })
})

test('says how long until something may be written', () => {
  const soon = { ...progress, notBefore: 400 }
  expect(choose([soon, final], () => 250, 100)).toEqual({ waitMilliseconds: 250 })
  expect(choose([soon], free, 100)).toEqual({ waitMilliseconds: 300 })
  expect(choose([], free, 100)).toEqual({ waitMilliseconds: Infinity })
})

test('one that makes way does so only for so long', () => {
  const patient = { ...progress, call: { ...progress.call, reserve: 50 }, yieldsUntil: 900 }
  expect(choose([patient], () => Infinity, 100)).toEqual({ waitMilliseconds: 800 })
  expect(choose([patient, final], ({ reserve }) => (reserve === 50 ? Infinity : 0), 100)).toEqual({
    start: final,
  })
})
