import { describe, expect, test } from 'vitest'
import { validateBlocks } from '../../deploy/sandbox/slack/blocks.ts'
import type { Locale } from '../asked.ts'
import { textsFor } from '../texts/index.ts'
import { guideView, Topic } from '../views/guide.ts'
import { commands } from './index.ts'
import { dependencies, recordingEngine, run, typed } from './testing/recording-engine.ts'

describe('answers', () => {
  test.each([
    '/deploy',
    '/deploy help',
    '/rollback ajuda',
    '/restore',
    '/sync help',
    '/ops',
    '/ops help',
    '/incident',
  ])('%s shows examples', async (line) => {
    const { answer, calls } = await run(line)
    expect(JSON.stringify(answer?.blocks)).toContain(`• \`${line.split(' ')[0]} `)
    expect(calls).toEqual([])
  })

  test('/ops help names every command', async () => {
    const { answer } = await run('/ops ajuda')
    for (const name of Object.keys(commands)) expect(JSON.stringify(answer?.blocks)).toContain(name)
  })

  test('the topics of the guide hold every example of every command, and none is long', () => {
    const texts = textsFor('pt-BR')
    const topics = Topic.options.map((topic) => JSON.stringify(guideView(texts, topic).blocks))
    const { deploy, rollback, restore, sync, ops, incident } = texts.help
    for (const { examples } of [deploy, rollback, restore, sync, ops, incident])
      for (const [typed] of examples) expect(topics.join()).toContain(JSON.stringify(typed).slice(1, -1))
    // A phone shows about 25 such lines.
    for (const shown of topics) expect(shown.split('• ').length).toBeLessThan(13)
  })

  test.each<[string, string]>([
    ['/ops status', '🟢 *production* *v1.3.0* · revisão 11 · saudável'],
    ['/ops status', '⚠️ The cluster does not answer.'],
    ['/ops status', '🚨 *Incidente #7: loja fora do ar*'],
    ['/ops jobs', '🕓 *#42* Deploy v1.4.0 → production · na fila · Maria Santos'],
    ['/ops job 42', '⏳ *Deploy v1.4.0 → production*'],
    ['/ops log 42', 'backend: 2 of 3 pods ready'],
    ['/ops locks', '1º *#42* deploy de Maria Santos'],
    ['/ops travas', '❄️ *production* até '],
    ['/ops whoami', '*Maria Santos*, DevOps Engineer'],
    ['/ops quemsou', 'com aprovação de outra pessoa em production'],
    ['/incident list', '🚨 *Incidente #7: Loja fora do ar*'],
    ['/incident list', 'crítico · production · aberto · sem dono'],
    ['/incident show 7', '📳 Engenheiro de plantão → Maria Santos'],
    ['/incident show 7', '⏭️ Próximo: *Tech Lead* às '],
    ['/incident show 7', '🚀 *deploy de v1.4.0 em production* 4 min antes'],
    ['/incident ver', '*Incidente #7: Loja fora do ar*'],
    ['/incident timeline 7', '🔨 João Silva usou a emergência (#43) “urgente”'],
    ['/incident histórico 7', '📟 chamou o nível 1: Maria Santos'],
    ['/incident stats', '1/4/0'],
    ['/incident silêncios', '`alertname=SystemDown` `environment=production`'],
    ['/incident escalar 7', '7 1 1'],
  ])('%s: %s', async (line, sentence) => {
    const { answer } = await run(line)
    expect(answer?.visibility).toBeUndefined()
    expect(JSON.stringify(answer?.blocks)).toContain(sentence)
  })

  test.each<Locale>(['pt-BR', 'en'])('every answer keeps the limits of Slack in %s', async (locale) => {
    for (const line of [
      '/deploy',
      '/rollback',
      '/restore',
      '/sync help',
      '/ops',
      '/incident',
      '/ops status',
      '/ops jobs',
      '/ops job 42',
      '/ops log 42',
      '/ops locks',
      '/ops whoami',
      '/incident list',
      '/incident show 7',
      '/incident timeline 7',
      '/incident stats',
      '/incident silences',
      '/incident escalate 7',
    ]) {
      const { answer } = await run(line, locale)
      expect(validateBlocks(answer?.blocks, 'message')).toEqual([])
    }
  })

  test('a freeze is told to the channel, in its language, with name, end and reason', async () => {
    const { answer } = await run('/ops freeze production until 18:00 "Black Friday"', 'en')
    expect(answer).toEqual({
      visibility: 'channel',
      text: '❄️ Maria Santos congelou *production* até <!date^1795467600^{date_short_pretty} às {time}|23/11/2026, 18:00>: “Black Friday”. Rollbacks continuam liberados.',
    })
  })

  test('nothing to unfreeze is told to whoever asked', async () => {
    const { engine } = recordingEngine({ unfreeze: async () => ({ lifted: 0 }) })
    const answer = await commands['/ops'](typed('unfreeze production'), dependencies(engine))
    expect(answer?.visibility).toBeUndefined()
    expect(answer?.text).toContain('não tinha congelamento')
  })

  test('a version in place of a revision is looked up, for the person to confirm', async () => {
    const { answer, calls } = await run('/rollback production v1.3.0')
    expect(calls.map(({ method }) => method)).toEqual(['releases'])
    expect(answer?.text).toBe('`v1.3.0` é a revisão 11. Você quis dizer `/rollback production 11`?')
    expect((await run('/rollback production v9.9.9')).answer?.text).toContain(
      'não está no histórico de production',
    )
  })
})
