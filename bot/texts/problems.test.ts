import { describe, expect, test } from 'vitest'
import { EngineRefused, EngineUnavailable } from '../../engine/client.ts'
import { refusalStatus } from '../../engine/failures.ts'
import type { Locale } from '../asked.ts'
import { labelOf, textsFor } from './index.ts'
import { explain, explainFailure } from './problems.ts'

const locales: Locale[] = ['pt-BR', 'en']
const readIn = (locale: Locale) => ({
  texts: textsFor(locale),
  settings: { timeZone: 'America/Sao_Paulo' },
})
const refused = (code: string, values: Record<string, unknown> = {}) =>
  new EngineRefused({ code, values, detail: `The engine's own words about ${code}.`, status: 409 })

describe.each(locales)('in %s', (locale) => {
  const texts = textsFor(locale)
  const c = readIn(locale)

  test.each(Object.keys(refusalStatus))('the refusal %s has a sentence of its own', (code) => {
    expect(Object.keys(texts.problems.refusals)).toContain(code)
  })

  test('silence is told as such', () => {
    expect(explain(new EngineUnavailable('timeout'), c)).toBe(texts.problems.engineSilent.mrkdwn)
  })

  test('a code nobody knows, or values that are missing, leave the words of the engine', () => {
    expect(explain(refused('later-invented'), c)).toBe("The engine's own words about later-invented.")
    expect(explain(refused('unknown-environment'), c)).toBe(
      "The engine's own words about unknown-environment.",
    )
    expect(explain(refused('constructor'), c)).toBe("The engine's own words about constructor.")
  })
})

test('a refusal lists what there is', () => {
  const sentence = explain(
    refused('unknown-environment', { environment: 'prodx', known: ['staging', 'production'] }),
    readIn('pt-BR'),
  )
  expect(sentence).toBe('Não conheço o ambiente “prodx”. Existem: staging e production.')
})

test.each([
  [{ jobId: 999 }, 'O pedido *#999* não existe. `/ops jobs` mostra os mais recentes.'],
  [{ incidentId: 99 }, 'O incidente *#99* não existe. `/incident lista` mostra os abertos.'],
  [{ silenceId: 9 }, 'O silêncio *#9* não existe. `/incident silêncios` mostra os que há.'],
  [{ overrideId: 3 }, 'A substituição nº 3 não existe. `/ops plantão` mostra as que há.'],
  [{}, 'Isso não existe. `/ops jobs` mostra os pedidos e `/incident lista` os incidentes.'],
])('what does not exist is named: %j', (values, sentence) => {
  expect(explain(refused('not-found', values), readIn('pt-BR'))).toBe(sentence)
})

test('somebody unknown is told how to ask for access', () => {
  const values = { slack: 'U0STRANGER', admins: ['Pedro Costa'] }
  expect(explain(refused('unknown-person', values), readIn('pt-BR'))).toBe(
    'O Plantão ainda não conhece você. `/ops quemsou` traz o botão para pedir acesso.',
  )
})

test('a freeze says until when in the time of the reader', () => {
  const values = { environment: 'production', reason: 'Black <!here>', until: '2026-11-28T02:00:00.000Z' }
  const sentence = explain(refused('frozen', values), readIn('pt-BR'))
  expect(sentence).toContain('até <!date^1795831200^{date_short_pretty} às {time}|27/11/2026, 23:00>')
  expect(sentence).toContain('“Black &lt;!here&gt;”')
})

describe('a rollout that did not come up', () => {
  const failure = (reason: string) => ({
    code: 'rollout-not-settled',
    values: { component: 'backend', pod: 'backend-7d4f', reason, detail: 'Back-off pulling image "x:1"' },
    message: `backend did not settle: pod backend-7d4f: ${reason}.`,
  })

  test('is told in the language of the reader, with what to do; the raw words are left to the details', () => {
    expect(explainFailure(failure('ImagePullBackOff'), readIn('pt-BR')).mrkdwn).toBe(
      '*backend* não ficou de pé: a imagem da versão não pode ser baixada. Confira se a versão foi publicada e se o cluster pode ler o registro, e faça outro deploy.',
    )
    expect(explainFailure(failure('OOMKilled'), readIn('en')).mrkdwn).toBe(
      '*backend* did not come up: the process went past its memory limit and was killed. Raise the limit or correct what it uses, and deploy again.',
    )
  })

  test('for a reason that nobody knows is told with it', () => {
    const text = explainFailure(failure('LaterInvented'), readIn('pt-BR')).mrkdwn
    expect(text).toContain('LaterInvented (Back-off pulling image "x:1")')
  })
})

test('a step that was refused speaks with the sentence of the refusal', () => {
  const failure = {
    code: 'unknown-revision',
    values: { revision: 9, environment: 'staging', existing: '1, 2' },
    message: 'No.',
  }
  expect(explainFailure(failure, readIn('en')).mrkdwn).toBe(
    'There is no revision 9 of staging. There are: 1, 2.',
  )
})

test('a name that no catalogue has is shown as it is', () => {
  const { steps } = textsFor('pt-BR').job
  expect(labelOf(steps, 'plan')).toBe('Planejar')
  expect(labelOf(steps, 'toString')).toBe('toString')
})

test('what a job can no longer be made to do is answered with how it stands', () => {
  const error = refused('wrong-state', { jobId: 42, state: 'succeeded' })
  expect(explain(error, readIn('pt-BR'))).toBe('Não dá agora: *#42* está assim: concluído.')
  expect(explain(refused('wrong-state'), readIn('en'))).toBe(
    'That is no longer possible: things have moved on.',
  )
})

test('people and roles are named, not listed as data', () => {
  const values = { roles: ['approver', 'admin'], admins: [{ slack: 'U0ADMIN', name: 'Pedro Costa' }] }
  expect(explain(refused('not-allowed', values), readIn('pt-BR'))).toBe(
    'Você não tem permissão para isso: precisa do papel de aprovador ou administrador. Se precisar, fale com Pedro Costa.',
  )
})
