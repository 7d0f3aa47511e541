import { describe, expect, test } from 'vitest'
import type { Job, Step } from '../../engine/client.ts'
import { validateBlocks } from '../../deploy/sandbox/slack/blocks.ts'
import type { Locale } from '../asked.ts'
import { textsFor } from '../texts/index.ts'
import { jobCard } from './job-card.ts'
import { jobSamples, now, sampleJob, settings, step } from './testing/job-samples.ts'

const locales: Locale[] = ['pt-BR', 'en']
const draw = (job: Job, locale: Locale = 'pt-BR') => jobCard(job, { texts: textsFor(locale), settings, now })
const shown = (job: Job, locale: Locale = 'pt-BR') => JSON.stringify(draw(job, locale).blocks)
const sample = (name: string): Job => jobSamples[name] ?? sampleJob()

describe.each(locales)('in %s', (locale) => {
  test.each(Object.entries(jobSamples))('a job that is %s keeps every limit of Slack', (_, job) => {
    const card = draw(job, locale)
    expect(validateBlocks(card.blocks, 'message')).toEqual([])
    expect(card.text.length).toBeLessThan(700)
    expect(JSON.stringify(card)).not.toMatch(/undefined|\[object|NaN/)
  })
})

test('whoever approves before the change was seen is told so in the dialog', () => {
  const unseen = 'Ainda não se viu o que vai mudar'
  const waiting = sampleJob({ state: 'waiting-approval' })
  expect(shown({ ...waiting, change: null })).toContain(unseen)
  expect(shown({ ...waiting, change: { from: 'v1.3.0', to: 'v1.4.0', details: [] } })).not.toContain(unseen)
})

describe('what a card says', () => {
  test('an approval shows from what to what, who may, and asks again in a dialog that names the place', () => {
    const text = shown(sample('waits for approval'))
    expect(text).toContain('v1.3.0 → *v1.4.0*')
    expect(text).toContain('componentes: backend, frontend, worker')
    expect(text).toContain('aprovador ou administrador, menos quem pediu')
    const dialog = JSON.stringify(buttonOf(sample('waits for approval'), 'job.approve'))
    expect(dialog).toContain('Deploy v1.4.0 → production')
    expect(dialog).toContain('v1.3.0 → v1.4.0')
  })

  test('a job behind a lock says its place, who has the turn and since when', () => {
    expect(shown(sample('queued behind a lock'))).toMatch(
      /2º da fila.*#40\* \(rollback\), de João Silva, desde <!date\^1795453200\^\{time\}\|/,
    )
  })

  test('a frozen job says until when and why', () => {
    expect(shown(sample('queued by a freeze'))).toMatch(
      /production está congelado\* até <!date.*“Black Friday”/,
    )
  })

  test('a running job shows what is done, what runs and how far, and what is to come', () => {
    const text = shown(sample('running'))
    expect(text).toContain('✅ Trocar as imagens · 12 s')
    expect(text).toContain('⏳ *Esperar os pods* · ▓▓▓▓▓░░░ 3 de 5 pods · desde ')
    expect(text).toContain('▫️ Conferir a saúde')
    expect(text).toContain('aprovado por João Silva')
    expect(text).toContain('Back-off restarting failed container')
  })

  test('while things are put back, what stopped the job and what is undone stand apart', () => {
    const text = shown(sample('running, undoing'))
    expect(text).toMatch(
      /❌ \*Esperar os pods\*: \*backend\* não ficou de pé: o processo cai logo depois de iniciar\./,
    )
    expect(text).not.toContain('CrashLoopBackOff')
    expect(text).toMatch(/\*Desfazendo\*\\n↩️ Voltar as imagens · 12 s\\n⏳ \*Esperar os pods de antes\*/)
  })

  test.each([
    ['succeeded', '*production* está em *v1.4.0*. Antes: v1.3.0. Revisão 12.'],
    ['rollback done', '*production* voltou para *v1.3.0*.'],
    ['failed, undone', '*production* voltou para *v1.3.0*.'],
    ['failed, not undone', '⚠️ *production* pode estar com parte em v1.3.0 e parte em v1.4.0.'],
    ['failed, not undone', '*Também não deu para desfazer:* A etapa passou do tempo limite'],
    ['failed before anything', 'Nada mudou: *production* continua em *v1.3.0*.'],
    ['failed before anything', 'Falta o programa `pg_dump`'],
    ['rejected', '👎 João Silva rejeitou: “não na sexta à noite”'],
    ['approval expired', 'Ninguém aprovou a tempo.'],
    ['cancelled while running', 'Cancelado por João Silva.'],
    ['cancelled while running', '❌ Esperar os pods'],
    ['failed, undone', '↩️ Desfeito: Voltar as imagens, Esperar os pods de antes'],
    ['failed, not undone', '❌ Esperar os pods de antes'],
    ['broken glass', '🚨 João Silva liberou por emergência: “loja fora do ar”'],
    ['waits for a second approval', '1 de 2 aprovações'],
    ['waits for a second approval', '⚠️ *Congelamento ignorado:* “corrige o checkout”'],
    ['running, being cancelled', '🛑 João Silva pediu para cancelar.'],
    ['backup done', '12,4 MB, 48.210 linhas em 9 tabelas.'],
    ['restore running', '▓▓▓░░░░░ 4,1 MB de 12,4 MB'],
    ['restore done', 'O banco de antes está guardado como `ml_bling_sync_before_42`.'],
    ['sync done', 'atualizados: *12* · já iguais: *3.400* · com falha: *30* · newly-invented: *3*'],
    ['sync done', '• *CAMISA-0*: The listing is paused.'],
    ['sync done', '• *CAMISA-1*: o anúncio está `paused`'],
    ['sync done', '… e mais 25'],
    ['sync of products', 'ligados: *2.380* · sem produto no Bling: *12*'],
    ['restore waits for approval', '• dados de: <!date^1795431600^'],
    ['restore waits for approval', '• linhas: 48.210\n• tamanho: 12,4 MB'],
    ['sync without differences', 'Tudo já estava igual.'],
    ['of an unknown kind', '⏳ *analyse-tables* · ▓▓▓░░░░░ 1 de 3 indexes'],
  ])('%s: %s', (name, sentence) => {
    expect(shown(sample(name))).toContain(JSON.stringify(sentence).slice(1, -1))
  })

  test.each([
    [
      'an untouched database',
      [step('load', 'failed'), step('swap', 'pending')],
      'O banco em uso não foi tocado.',
    ],
    [
      'a database swapped back',
      [step('swap', 'done'), step('swap-back', 'done', { phase: 'failure' })],
      'está de volta',
    ],
    ['a swap nobody knows the end of', [step('swap', 'failed')], 'A troca dos bancos não terminou.'],
  ])('a failed restore tells of %s', (_, steps: Step[], sentence) => {
    expect(shown(sampleJob({ kind: 'restore', state: 'failed', change: null, steps }))).toContain(sentence)
  })

  test.each([
    ['sync', [step('read', 'failed'), step('write', 'pending')], 'Nada foi escrito.'],
    ['sync', [step('read', 'done'), step('write', 'failed')], 'Parte já foi escrita. Repetir é seguro'],
    ['backup', [step('plan', 'done'), step('dump', 'failed')], 'Nenhum backup novo foi guardado.'],
    ['vacuum', [step('plan', 'failed'), step('analyse', 'pending')], 'Nada foi alterado.'],
  ])('a failed %s says what was and was not done', (kind, steps: Step[], sentence) => {
    expect(shown(sampleJob({ kind, state: 'failed', change: null, steps }))).toContain(sentence)
  })
})

test('the log does not repeat in English what the card has told', () => {
  const failed = sample('failed, undone')
  const logTail = ['backend: 2 of 3 pods ready', failed.error?.message ?? '']
  const text = shown({ ...failed, logTail })
  expect(text).toContain('backend: 2 of 3 pods ready')
  expect(text).not.toContain('did not settle')
})

describe('buttons fit the state', () => {
  test.each([
    ['waits for approval', ['job.approve', 'job.reject', 'job.break-glass', 'job.cancel']],
    ['queued', ['job.cancel']],
    ['running', ['job.cancel', 'job.log']],
    ['running, being cancelled', ['job.log']],
    ['succeeded', ['job.log']],
    ['failed, undone', ['job.retry', 'job.details', 'job.log']],
    ['failed before anything', ['job.retry', 'job.details', 'job.log']],
    ['rejected', []],
    ['approval expired', ['job.retry']],
    ['cancelled while running', ['job.retry', 'job.log']],
  ])('%s: %j', (name, expected) => {
    expect([...shown(sample(name)).matchAll(/"action_id":"([^"]+)"/g)].map(([, id]) => id)).toEqual(expected)
  })

  test('retry names the step it begins from, and every button carries the number of its job', () => {
    expect(buttonOf(sample('failed, undone'), 'job.retry')).toMatchObject({
      value: '42',
      text: { text: 'Tentar de novo: Trocar as imagens' },
    })
  })
})

function buttonOf(job: Job, id: string): unknown {
  const elements = draw(job).blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []))
  return elements.find((element) => 'action_id' in element && element.action_id === id)
}
