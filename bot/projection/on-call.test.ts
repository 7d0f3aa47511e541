import { afterEach, beforeEach, expect, test } from 'vitest'
import { operations, project, startScene, type Scene } from '../testing/projection-scene.ts'
import { sampleGap, sampleHandOver } from '../views/testing/on-call-samples.ts'

let scene: Scene
beforeEach(async () => void (scene = await startScene()))
afterEach(async () => await scene.close())

const shown = (): string[] =>
  scene.slack.messages(operations).map(({ text, blocks }) => `${text} ${JSON.stringify(blocks)}`)

test('a hand-over is told once in #ops-alerts: only whoever takes over is notified', async () => {
  const { engine, slack } = scene
  await project(scene)
  engine.setNotice({
    ...sampleHandOver,
    rotation: 'primary',
    from: { slack: 'U0OPERATOR', name: 'Maria <!channel> Santos' },
    incidents: [{ id: 7, title: '<@U0APPROVER> <!here> *loja*', level: 1 }],
  })
  engine.change('on-call/1')
  await slack.until(() => shown().length === 1)
  engine.change('on-call/1')
  const mentions = shown()[0]?.match(/<[@!](?!date)[^>]*>/g)
  expect(mentions).toEqual(['<@U0ADMIN>'])
  expect(shown()[0]).toContain('Plantão de primary')
  expect(shown()[0]).toContain('2 incidentes abertos')
})

test('a gap is announced, and its message changes once somebody fills it', async () => {
  const { engine, slack } = scene
  await project(scene)
  engine.setNotice(sampleGap)
  engine.change('on-call/2')
  await slack.until(() => shown()[0]?.includes('/ops plantão substituir') === true)
  expect(shown()[0]).toContain('ninguém de')
  engine.setNotice({ ...sampleGap, coveredBy: { slack: 'U0APPROVER', name: 'João Silva' } })
  engine.change('on-call/2')
  await slack.until(() => shown()[0]?.includes('há quem cubra, João Silva') === true)
  expect(shown()).toHaveLength(1)
  expect(shown()[0]).not.toContain('<@')
})
