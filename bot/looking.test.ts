import { describe, expect, test } from 'vitest'
import type { EngineClient, IncidentSummary, Who } from '../engine/client.ts'
import { buttons } from './buttons/index.ts'
import { commands } from './commands/index.ts'
import {
  dependencies,
  pressed,
  recordingEngine,
  sampleWho,
  typed,
} from './commands/testing/recording-engine.ts'
import { sampleIncidentWith, summaryOf } from './views/testing/incident-samples.ts'

const unknown: Who = { ...sampleWho, person: { ...sampleWho.person, known: false }, roles: [], may: [] }
const withoutRead: Who = { ...sampleWho, may: [] }

const looks = [
  '/ops status',
  '/ops jobs',
  '/ops job 42',
  '/ops log 42',
  '/ops log 42 file',
  '/ops locks',
  '/ops oncall',
  '/incident list',
  '/incident show 7',
  '/incident show',
  '/incident timeline 7',
  '/incident postmortem 7',
  '/incident escalate 7',
  '/incident stats',
  '/incident silences',
]
const pressedToLook: [id: string, value: string][] = [
  ['job.details', '42'],
  ['job.log', '42'],
  ['log.follow', '42'],
  ['log.newest', '42'],
  ['log.older', '42:7'],
  ['log.file', '42'],
  ['incident.postmortem', '7'],
  ['incident.timeline-older', '7 1'],
  ['incident.timeline-newer', '7 1'],
]

describe('what App Home hides from somebody who may not look, no command and no button shows either', () => {
  test.each(looks)('%s', async (line) => {
    expect(JSON.stringify((await type(line, unknown)).answer)).toContain('access.ask')
    const { answer, methods } = await type(line, withoutRead)
    expect(answer?.text).toBe('Você não tem permissão para isso. Se precisar, fale com João Silva.')
    expect(methods).toEqual(['who'])
  })

  test.each(pressedToLook)('%s', async (id, value) => {
    expect(JSON.stringify((await press(id, value, unknown)).answer)).toContain('access.ask')
    const { answer, methods } = await press(id, value, withoutRead)
    expect(answer?.text).toBe('Você não tem permissão para isso. Se precisar, fale com João Silva.')
    expect(methods).toEqual(['who'])
  })

  test('which incidents there are is not said to them either', async () => {
    const one = summaryOf(sampleIncidentWith())
    const several: IncidentSummary[] = [one, { ...one, id: 8 }]
    const { answer } = await type('/incident ack', withoutRead, { incidents: async () => several })
    expect(answer?.text).toContain('não tem permissão')
  })
})

test('a command that is typed wrongly is explained to everybody', async () => {
  const { answer, methods } = await type('/ops job abc', unknown)
  expect(answer?.text).toContain('não é um número')
  expect(methods).toEqual([])
})

test('who one is and what one is sent may be asked by everybody', async () => {
  for (const line of ['/ops whoami', '/ops settings', '/ops help'])
    expect((await type(line, unknown)).answer).not.toBeNull()
})

test('whoami says to somebody unknown how to get in, once, and what an admin will ask for', async () => {
  const { answer } = await type('/ops whoami', unknown)
  const shown = JSON.stringify(answer?.blocks)
  expect(shown.match(/ainda não conhece você/g)).toHaveLength(1)
  expect(shown).toContain('access.ask')
  expect(shown).toContain('`U0OPERATOR`')
  expect(shown).not.toContain('arquivo do runbook')
})

async function type(line: string, who: Who, replies: Partial<EngineClient> = {}) {
  const { engine, calls } = recordingEngine({ ...replies, who: async () => who })
  const [name = '', ...words] = line.split(' ')
  const answer = await commands[name as keyof typeof commands](typed(words.join(' ')), dependencies(engine))
  return { answer, methods: calls.map(({ method }) => method) }
}

async function press(id: string, value: string, who: Who) {
  const { engine, calls } = recordingEngine({ who: async () => who })
  const answer = await buttons[id]?.(pressed(id, { value }), dependencies(engine))
  return { answer, methods: calls.map(({ method }) => method) }
}
