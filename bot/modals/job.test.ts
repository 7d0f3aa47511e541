import { describe, expect, test } from 'vitest'
import { EngineRefused, EngineUnavailable } from '../../engine/client.ts'
import { dependencies, recordingEngine, submitted } from '../commands/testing/recording-engine.ts'
import { sampleJob } from '../views/testing/job-samples.ts'
import { modals } from './index.ts'

async function send(id: string, reason: string, deps: ReturnType<typeof dependencies>) {
  const handler = modals[id]
  if (!handler) throw new Error(`no form ${id}`)
  return await handler(submitted(id, reason), deps)
}

const refused = (code: string) => new EngineRefused({ code, values: {}, detail: 'No.', status: 409 })

describe.each([
  ['job.reject', 'reject'],
  ['job.break-glass', 'breakGlass'],
])('%s', (id, method) => {
  test('passes the reason on', async () => {
    const { engine, calls } = recordingEngine()
    expect(await send(id, '  não na sexta  ', dependencies(engine))).toBeNull()
    expect(calls).toEqual([{ method, args: [42, { by: 'U0OPERATOR', reason: 'não na sexta' }] }])
  })

  test.each(['', '  a ', 'x'.repeat(501)])(
    'a reason of the wrong length is an error at its field',
    async (reason) => {
      const { engine, calls } = recordingEngine()
      expect(await send(id, reason, dependencies(engine))).toEqual({
        errors: { reason: 'Escreva entre 3 e 500 letras.' },
      })
      expect(calls).toEqual([])
    },
  )

  test('a refusal stays in the form, so that the reason is not lost', async () => {
    const { engine } = recordingEngine({ [method]: () => Promise.reject(refused('already-voted')) })
    expect(await send(id, 'porque sim', dependencies(engine))).toEqual({
      errors: { reason: 'Seu voto já está registrado.' },
    })
  })

  test('a job that has moved on is told as it is now', async () => {
    const { engine } = recordingEngine({
      [method]: () => Promise.reject(refused('wrong-state')),
      job: async () => sampleJob({ state: 'cancelled' }),
    })
    expect(await send(id, 'porque sim', dependencies(engine))).toEqual({
      errors: { reason: 'Não dá mais: #42 Deploy v1.4.0 → production já está assim: cancelado.' },
    })
  })

  test('silence is left to whoever called', async () => {
    const { engine } = recordingEngine({ [method]: () => Promise.reject(new EngineUnavailable('timeout')) })
    await expect(send(id, 'porque sim', dependencies(engine))).rejects.toThrow(EngineUnavailable)
  })
})
