import { describe, expect, test } from 'vitest'
import { EngineRefused } from '../../engine/client.ts'
import { commands } from './index.ts'
import { dependencies, recordingEngine, run, typed } from './testing/recording-engine.ts'

const job = (kind: string, params: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  kind,
  params,
  requestedBy: 'U0OPERATOR',
  idempotencyKey: 'key-1',
  origin: { channel: 'C0OPSALERTS' },
  ...more,
})

describe('a command asks the engine for exactly what was typed', () => {
  test.each([
    ['/deploy staging v1.4.0', job('deploy', { environment: 'staging', version: 'v1.4.0' })],
    ['/deploy Staging v1.4.0-rc.1', job('deploy', { environment: 'staging', version: 'v1.4.0-rc.1' })],
    [
      '/deploy production v1.4.0 override "corrige o checkout"',
      job(
        'deploy',
        { environment: 'production', version: 'v1.4.0' },
        { overrideFreeze: 'corrige o checkout' },
      ),
    ],
    [
      '/deploy production v1.4.0 forçar “corrige o checkout”',
      job(
        'deploy',
        { environment: 'production', version: 'v1.4.0' },
        { overrideFreeze: 'corrige o checkout' },
      ),
    ],
    ['/rollback production', job('rollback', { environment: 'production' })],
    ['/rollback production 5', job('rollback', { environment: 'production', revision: 5 })],
    ['/restore staging', job('restore', { environment: 'staging' })],
    [
      '/restore staging 20261123T020000Z-7',
      job('restore', { environment: 'staging', backup: '20261123T020000Z-7' }),
    ],
    [
      '/restore staging override "pedido do suporte"',
      job('restore', { environment: 'staging' }, { overrideFreeze: 'pedido do suporte' }),
    ],
    [
      '/restore staging latest forçar "pedido do suporte"',
      job('restore', { environment: 'staging', backup: 'latest' }, { overrideFreeze: 'pedido do suporte' }),
    ],
    ['/sync tudo', job('sync', { entity: 'all' })],
    ['/sync estoque', job('sync', { entity: 'stock' })],
    ['/sync PRECOS "CAMISA P"', job('sync', { entity: 'prices', sku: 'CAMISA P' })],
    ['/ops backup production', job('backup', { environment: 'production' })],
  ])('%s', async (line, expected) => {
    const { answer, calls } = await run(line)
    expect(calls).toEqual([{ method: 'createJob', args: [expected] }])
    expect(answer).toBeNull()
  })

  const act = { by: 'U0OPERATOR' }
  test.each([
    ['/ops cancel 42', 'cancel', [42, act]],
    ['/ops cancelar #42', 'cancel', [42, act]],
    ['/ops repetir 42', 'retry', [42, act]],
    ['/ops unfreeze production', 'unfreeze', ['production', act]],
    ['/incident resolver 7', 'resolveIncident', [7, act]],
    [
      '/ops freeze production until 18:00 "Black Friday"',
      'freeze',
      [
        {
          environment: 'production',
          reason: 'Black Friday',
          until: '2026-11-23T21:00:00.000Z',
          by: 'U0OPERATOR',
          idempotencyKey: 'key-1',
        },
      ],
    ],
    [
      '/ops congelar production por 2h "Black Friday"',
      'freeze',
      [
        {
          environment: 'production',
          reason: 'Black Friday',
          until: '2026-11-23T19:05:00.000Z',
          by: 'U0OPERATOR',
          idempotencyKey: 'key-1',
        },
      ],
    ],
    [
      '/incident declare crítico "loja fora do ar" production',
      'declareIncident',
      [
        {
          title: 'loja fora do ar',
          level: 1,
          environment: 'production',
          by: 'U0OPERATOR',
          idempotencyKey: 'key-1',
        },
      ],
    ],
  ])('%s', async (line, method, args) => {
    const { calls } = await run(line)
    expect(calls[0]).toEqual({ method, args })
  })
})

test('outside of the channels a request says where its card is', async () => {
  const { answer } = await run('/deploy staging v1.4.0', 'pt-BR', 'D0DIRECT')
  expect(answer?.text).toBe('Pedido *#42* registrado. Acompanhe em <#C0OPSALERTS>.')
})

test('what the engine refuses is left to whoever called', async () => {
  const refusal = new EngineRefused({ code: 'frozen', values: {}, detail: 'Frozen.', status: 409 })
  const { engine } = recordingEngine({ createJob: () => Promise.reject(refusal) })
  await expect(commands['/deploy'](typed('staging v1.4.0'), dependencies(engine))).rejects.toBe(refusal)
})
