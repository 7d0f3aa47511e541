import { describe, expect, test } from 'vitest'
import { formOfCommand } from '../../forms/index.ts'
import { sampleOverride } from '../../views/testing/on-call-samples.ts'
import { dependencies, recordingEngine, run, typed } from '../testing/recording-engine.ts'
import { commands } from '../index.ts'

/** Somebody in São Paulo types at 14:05 on Monday, 2026-11-23. */
const override = (endsAt: string, more: Record<string, unknown> = {}) => ({
  person: 'U0APPROVER',
  endsAt,
  by: 'U0OPERATOR',
  idempotencyKey: 'key-1',
  ...more,
})
const joao = '<@U0APPROVER|joao>'

test.each([
  [`/ops oncall override ${joao} until 18:00`, override('2026-11-23T21:00:00.000Z')],
  [`/ops plantão substituir ${joao} até 18:00`, override('2026-11-23T21:00:00.000Z')],
  [`/ops PLANTAO trocar ${joao} até amanhã 09:00`, override('2026-11-24T12:00:00.000Z')],
  [`/ops plantão substituir ${joao} até 25/12 18:00`, override('2026-12-25T21:00:00.000Z')],
  [`/ops plantão substituir ${joao} por 4h`, override('2026-11-23T21:05:00.000Z')],
  [
    `/ops oncall override ${joao} until tomorrow at 08:00 Secondary`,
    override('2026-11-24T11:00:00.000Z', { rotation: 'secondary' }),
  ],
])('%s', async (line, expected) => {
  const { calls } = await run(line)
  expect(calls).toEqual([{ method: 'overrideOnCall', args: [expected] }])
})

test.each(['/ops oncall cancel 3', '/ops plantão cancelar #3', '/ops plantao desfazer 3'])(
  '%s',
  async (line) => {
    const { calls, answer } = await run(line)
    expect(calls).toEqual([{ method: 'cancelOverride', args: [3, { by: 'U0OPERATOR' }] }])
    expect(answer?.text).toBe('Substituição nº 3 desfeita: João Silva não está mais de plantão por ela.')
  },
)

test('alone it shows who is on call, who is next, when nobody is, and whom the matrix would call', async () => {
  const { calls, answer } = await run('/ops oncall', 'en')
  expect(calls.map(({ method }) => method)).toEqual(['who', 'onCall'])
  const shown = JSON.stringify(answer?.blocks)
  for (const part of [
    '*primary*: *Maria Santos* · until',
    'then *Pedro Costa*',
    'nobody from <!date^1796439600^{date_short_pretty} at {time}|',
    '*secondary*: nobody is on call now',
    '*no. 3* João Silva in primary',
    '1. Engineer on-call: *Maria Santos*',
    '4. CEO: ⚠️ nobody, the level is skipped',
    'The roster comes from the runbook file.',
  ])
    expect(shown).toContain(part)
  // Looking does not wake anybody.
  expect(shown).not.toContain('<@')
})

describe('what was not right is answered with what to type', () => {
  test.each([
    ['/ops plantão substituir', 'Falta dizer quem'],
    ['/ops plantão substituir maria até 18:00', '“maria” não é uma pessoa'],
    [
      `/ops plantão substituir ${joao} 4h`,
      `Você quis dizer \`/ops plantão substituir ${escaped(joao)} por 4h\``,
    ],
    [`/ops plantão substituir ${joao} 18:00`, `\`/ops plantão substituir ${escaped(joao)} até 18:00\``],
    [`/ops plantão substituir ${joao} até 31/02 18:00`, 'Não entendi “até 31/02 18:00” como prazo'],
    ['/ops plantão cancelar', 'Falta o número da substituição'],
    ['/ops plantão cancelar ontem', '“ontem” não é um número'],
    ['/ops plantão cancelr 3', 'Não conheço “cancelr”'],
    ['/ops plantão --help', 'começa com hífen'],
  ])('%s', async (line, expected) => {
    const { calls, answer } = await run(line)
    expect(calls).toEqual([])
    expect(answer?.text).toContain(expected)
  })
})

describe('who is told', () => {
  const answered = async (change: Partial<typeof sampleOverride>) => {
    const { engine } = recordingEngine({ overrideOnCall: async () => ({ ...sampleOverride, ...change }) })
    return await commands['/ops'](typed(`oncall override ${joao} until 18:00`), dependencies(engine))
  }

  test('of what begins now whoever asked: the channel hears of the hand-over itself', async () => {
    const answer = await answered({})
    expect(answer?.visibility).toBeUndefined()
    expect(answer?.text).toMatch(/^📟 Feito: João Silva fica de plantão em primary/)
  })

  test('of what is for later the channel, and the one it is about is mentioned', async () => {
    const answer = await answered({
      startsAt: '2026-11-24T11:00:00.000Z',
      endsAt: '2026-11-24T21:00:00.000Z',
    })
    expect(answer?.visibility).toBe('channel')
    expect(answer?.text).toMatch(
      /^📟 <@U0APPROVER> fica de plantão em primary de .* a pedido de Maria Santos\.$/,
    )
  })
})

test.each([
  ['oncall override', 'override'],
  ['Plantão substituir', 'override'],
  ['oncall', undefined],
  ['plantão cancelar', undefined],
  [`oncall override ${joao}`, undefined],
])('/ops %s opens %s', (text, form) => {
  expect(formOfCommand('/ops', text)?.form).toBe(form)
})

function escaped(text: string): string {
  return text.replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
