import { describe, expect, test } from 'vitest'
import { run } from './testing/recording-engine.ts'

describe('what cannot be taken is answered with the nearest right form, and asks the engine for nothing', () => {
  test.each([
    ['/deploy stagin 1.4', 'Não conheço o ambiente “stagin”.', '/deploy staging v1.4.0'],
    ['/deploy prod V1.4.0', 'Existem: `development`, `staging`, `production`.', '/deploy production v1.4.0'],
    ['/deploy produção v1.4.0', 'Não conheço o ambiente “produção”.', '/deploy production v1.4.0'],
    ['/deploy v1.4.0 staging', 'Não conheço o ambiente “v1.4.0”.', '/deploy staging v1.4.0'],
    ['/deploy staging v1.4.0 now', 'Não entendi “now” no fim', '/deploy staging v1.4.0'],
    [
      '/deploy production v1.4.0 overide corrige o checkout',
      'Não entendi “overide”',
      '/deploy production v1.4.0 override "corrige o checkout"',
    ],
    [
      '/deploy production v1.4.0 override corrige',
      'entre aspas',
      '/deploy production v1.4.0 override "corrige"',
    ],
    [
      '/deploy production v1.4.0 "corrige"',
      'Não entendi “corrige”',
      '/deploy production v1.4.0 forçar "corrige"',
    ],
    ['/sync estoqe', 'Não sei sincronizar “estoqe”.', '/sync estoque'],
    ['/ops stats', 'Não conheço “stats”.', '/ops status'],
    ['/ops cancle 42', 'Não conheço “cancle”.', '/ops cancel 42'],
    ['/ops job 42 agora', 'Não entendi “agora”', '/ops job 42'],
    [
      '/ops congelar prod até amanhã 8h Black Friday',
      'Não conheço o ambiente “prod”.',
      '/ops congelar production até amanhã 8h "Black Friday"',
    ],
    ['/incident declare 1 loja fora do ar', 'entre aspas', '/incident declare 1 "loja fora do ar"'],
  ])('%s', async (line, sentence, form) => {
    const { answer, calls } = await run(line)
    expect(answer?.text).toContain(sentence)
    expect(answer?.text).toContain(`Você quis dizer \`${form}\`?`)
    expect(calls).toEqual([])
  })

  test.each([
    ['/deploy staging', 'Falta dizer a versão.', '/deploy AMBIENTE VERSÃO'],
    ['/deploy staging v1;rm -rf /', '“v1;rm” não é uma versão.', '/deploy staging v1.4.0'],
    ['/deploy staging --kubeconfig=x', '“--kubeconfig=x” começa com hífen', '/deploy staging v1.4.0'],
    ['/deploy staging v1.4.0 —force', '“—force” começa com hífen', '/deploy staging v1.4.0'],
    ['/deploy --context=x v1.4.0', '“--context=x” começa com hífen', '/deploy staging v1.4.0'],
    ['/restore staging ../../etc/passwd', 'não é o nome de um backup', '/restore AMBIENTE [BACKUP]'],
    ['/sync stock "--all"', '“--all” começa com hífen', '/sync tudo'],
    ['/ops foo', 'Não conheço “foo”.', '`/ops ajuda` mostra o que dá para fazer.'],
    ['/incident foo', 'Não conheço “foo”.', '`/incident ajuda` mostra o que dá para fazer.'],
    ['/ops job', 'Falta o número do pedido.', '/ops job 42'],
    ['/ops job 0', '“0” não é um número', '/ops job 42'],
    [
      '/ops freeze production "Black Friday"',
      'Falta dizer até quando',
      '/ops congelar production até 18:00 "Black Friday"',
    ],
    [
      '/ops freeze production until 33:00 "Black Friday"',
      'Não entendi “until 33:00” como prazo.',
      '/ops congelar production',
    ],
    ['/ops freeze production until 2020-01-01 08:00 "x y z"', 'já passou', '/ops congelar production'],
    ['/ops freeze production until 18:00 "x"', 'pelo menos 3 letras', '/ops congelar production'],
    ['/incident declare 9 "loja fora do ar"', '“9” não é um nível.', '/incident declarar 1'],
    ['/deploy <@U0ADMIN> v1.4.0', '“&lt;@U0ADMIN&gt;”', '/deploy staging v1.4.0'],
  ])('%s', async (line, sentence, example) => {
    const { answer, calls } = await run(line)
    expect(answer?.text).toContain(sentence)
    expect(answer?.text).toContain(example)
    expect(calls).toEqual([])
  })

  test('in the language of the person', async () => {
    const { answer } = await run('/deploy stagin v1.4.0', 'en')
    expect(answer?.text).toBe(
      'I know no environment “stagin”. There are: `development`, `staging`, `production`. Did you mean `/deploy staging v1.4.0`?',
    )
  })
})
