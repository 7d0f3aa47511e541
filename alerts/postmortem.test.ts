import fc from 'fast-check'
import { expect, test } from 'vitest'
import { postmortem, type PostmortemInput } from './postmortem.ts'

const incidentOpened = '2026-07-06T05:00:00.000Z'
const joao = { slack: 'U0OPERATOR', name: 'João Silva' }
const incident: PostmortemInput = {
  id: 7,
  title: 'loja fora do ar',
  level: 1,
  environment: 'production',
  state: 'resolved',
  declaredBy: { slack: 'alerts:alertmanager', name: 'alerts:alertmanager' },
  owner: joao,
  commander: null,
  scribe: null,
  openedAt: '2026-07-06T05:00:00.000Z',
  acknowledgedAt: '2026-07-06T05:04:00.000Z',
  resolvedAt: '2026-07-06T05:31:00.000Z',
  resolution: 'voltamos a v1.2.2',
  alertCounts: { total: 7, byTitle: [{ title: 'SystemDown', firing: 0, total: 3 }] },
  pages: [
    page(1, 'confirmed', [joao]),
    page(2, 'skipped', []),
    page(3, 'accepted', [joao, { slack: 'Ana', name: 'Ana' }]),
    // Over before it was sent; refused by PagerDuty and told in Slack; sent, and over before it rang.
    page(4, 'pending', [joao], { sentAt: null }),
    page(5, 'refused', [joao], { sentAt: null, fallbackAt: incidentOpened }),
    page(6, 'dropped', [joao]),
  ],
  jobs: [
    {
      id: 42,
      kind: 'deploy',
      environment: 'production',
      target: 'v1.2.3',
      state: 'succeeded',
      by: joao,
      at: '2026-07-06T04:56:00.000Z',
    },
  ],
  timeline: [
    {
      at: '2026-07-06T05:04:00.000Z',
      actor: joao,
      kind: 'acknowledged',
      details: { via: 'slack' },
    },
    { at: '2026-07-06T05:05:00.000Z', actor: joao, kind: 'assigned', details: { to: 'U0APPROVER' } },
    { at: '2026-07-06T05:06:00.000Z', actor: joao, kind: 'something-new', details: {} },
  ],
}
function page(
  level: number,
  state: string,
  people: { slack: string; name: string }[],
  told: { sentAt: string | null; fallbackAt?: string } = {
    sentAt: state === 'skipped' ? null : incidentOpened,
  },
) {
  return {
    round: 1,
    level,
    who: `nível ${level}`,
    people,
    state,
    plannedAt: incidentOpened,
    confirmedAt: null,
    fallbackAt: null,
    ...told,
  }
}
const write = (input: PostmortemInput, locale: 'pt-BR' | 'en'): string =>
  postmortem(input, {
    locale,
    timeZone: 'America/Sao_Paulo',
    nameOf: (id) => (id === 'U0APPROVER' ? 'Maria Santos' : id),
  })

test.each([
  [
    'pt-BR' as const,
    [
      '# Postmortem do incidente 7: loja fora do ar',
      '- **Nível**: 1 (crítico)',
      '- **Reconhecido**: 06/07/2026, 02:04:00 (após 4 min)',
      '- **Resolvido**: 06/07/2026, 02:31:00 (após 31 min)',
      '- **Resolução**: voltamos a v1\\.2\\.2',
      '- 06/07/2026, 02:04:00 · **João Silva** reconheceu (slack)',
      '- 06/07/2026, 02:05:00 · **João Silva** passou a responsabilidade para Maria Santos',
      '- SystemDown: 3 no total, 0 ainda ativos',
      '- mais 4 de outros tipos',
      '- 06/07/2026, 01:56:00 (4 min antes) · #42 deploy production v1\\.2\\.3 · João Silva · succeeded',
      '- João Silva: 4 chamadas',
      '- Ana: 1 chamada',
      '## Ações',
    ],
  ],
  [
    'en' as const,
    [
      '# Postmortem of incident 7: loja fora do ar',
      '**João Silva** acknowledged (slack)',
      '**João Silva** something\\-new',
      '- 4 more of other kinds',
      '(4 min before) · #42 deploy production v1\\.2\\.3',
      '- João Silva: 4 calls',
      '## Actions',
    ],
  ],
])('is written in %s', (locale, expected) => {
  const text = write(incident, locale)
  for (const line of expected) expect(text).toContain(line)
})

test('an incident that is not over says so', () => {
  const open = { ...incident, acknowledgedAt: null, resolvedAt: null, jobs: [], pages: [] }
  expect(write(open, 'en')).toContain('- **Resolved**: not yet')
})

test('text from outside makes no heading, link, mention, line or markup of its own', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.constantFrom(
      '\n# Resolved',
      '<script>alert(1)</script>',
      '[x](javascript:1)',
      '`|`',
      '@channel',
      '![](x)',
    ),
  )
  const lines = (input: PostmortemInput): string[] => write(input, 'en').split('\n')
  const plain = lines(incident).length
  fc.assert(
    fc.property(hostile, (text) => {
      const person = { slack: text, name: `x${text}` }
      const written = write(
        {
          ...incident,
          title: text,
          owner: person,
          resolution: `x${text}`,
          alertCounts: { total: 7, byTitle: [{ title: text, firing: 1, total: 1 }] },
          timeline: incident.timeline.map((event) => ({
            ...event,
            actor: person,
            kind: 'note',
            details: { text },
          })),
        },
        'en',
      )
      expect(written.split('\n')).toHaveLength(plain)
      expect(written).not.toMatch(/<|@|(?<!\\)[`[\]|]/)
    }),
  )
})
