export interface CommandHelp {
  summary: string
  usage: string
  examples: readonly Example[]
}

/** What to type, and what that does. */
export type Example = readonly [typed: string, does: string]

export type CommandName = 'deploy' | 'rollback' | 'restore' | 'sync' | 'ops' | 'incident'

export interface HelpTexts extends Record<CommandName, CommandHelp> {
  examples: string
  /** Of /incident: what the guide has no room for. */
  further: readonly Example[]
  /** Those of /ops, by what they are about. */
  opsExamples: Record<'jobs' | 'freezes' | 'backups' | 'onCall' | 'people', readonly Example[]>
  others: string
}

const opsExamples: HelpTexts['opsExamples'] = {
  jobs: [
    ['/ops status', 'o que está no ar e o que está acontecendo'],
    ['/ops jobs', 'os pedidos mais recentes'],
    ['/ops job 42', 'um pedido'],
    ['/ops log 42', 'acompanha o log de um pedido, na conversa dele'],
    ['/ops log 42 arquivo', 'o log inteiro, na conversa do pedido'],
    ['/ops cancelar 42', 'para um pedido, em qualquer etapa'],
    ['/ops repetir 42', 'tenta de novo de onde parou'],
    ['/ops travas', 'quem está na vez e o que está congelado'],
  ],
  freezes: [
    ['/ops congelar production até 18:00 "Black Friday"', 'segura deploys até as 18h'],
    ['/ops descongelar production', 'libera antes da hora'],
  ],
  backups: [['/ops backup production', 'faz um backup agora']],
  onCall: [
    ['/ops plantão', 'quem está de plantão, quem vem depois e quem seria chamado'],
    ['/ops plantão substituir @maria até 18:00', 'outra pessoa fica de plantão por um tempo'],
    ['/ops plantão cancelar 3', 'desfaz uma substituição'],
  ],
  people: [
    ['/ops quemsou', 'o que você pode fazer'],
    ['/ops preferências', 'o que você recebe por mensagem'],
    ['/ops revogar @bruno', 'tira os papéis dados pelo Slack'],
  ],
}

export const help: HelpTexts = {
  examples: 'Exemplos',
  deploy: {
    summary: 'Coloca uma versão no ar. Em produção, outra pessoa aprova antes.',
    usage: '/deploy AMBIENTE VERSÃO',
    examples: [
      ['/deploy staging v1.4.0', 'coloca a v1.4.0 em staging'],
      ['/deploy production v1.4.0', 'pede aprovação e depois coloca no ar'],
      [
        '/deploy production v1.4.1 forçar "corrige o checkout"',
        'passa por cima de um congelamento, com motivo',
      ],
    ],
  },
  rollback: {
    summary: 'Volta a uma versão que já esteve no ar. Não espera congelamento.',
    usage: '/rollback AMBIENTE [REVISÃO]',
    examples: [
      ['/rollback production', 'volta à última que funcionou'],
      ['/rollback production 5', 'volta à revisão 5'],
    ],
  },
  restore: {
    summary: 'Restaura um backup em um banco novo, confere e só então troca. O banco de antes fica guardado.',
    usage: '/restore AMBIENTE [BACKUP]',
    examples: [
      ['/restore staging', 'restaura o backup mais recente'],
      ['/ops backup staging', 'faz um backup agora'],
    ],
  },
  sync: {
    summary: 'Deixa o Mercado Livre igual ao Bling: lê os dois, compara e escreve só o que difere.',
    usage: '/sync [produtos|estoque|preços|pedidos|tudo] [SKU]',
    examples: [
      ['/sync tudo', 'sincroniza tudo'],
      ['/sync estoque', 'só o estoque'],
      ['/sync preços CAMISA-P', 'só o preço de um produto'],
    ],
  },
  ops: {
    summary: 'O dia a dia da operação.',
    usage: '/ops O-QUE-FAZER',
    examples: Object.values(opsExamples).flat(),
  },
  incident: {
    summary:
      'Incidentes, do alerta ao postmortem. Sem número, vale o do canal ou o único aberto. Um crítico aberto permite emergências sem a segunda pessoa.',
    usage: '/incident declarar NÍVEL "TÍTULO" [AMBIENTE]',
    examples: [
      ['/incident declarar 1 "loja fora do ar" production', 'abre um incidente crítico'],
      ['/incident lista', 'os incidentes abertos'],
      ['/incident assumir 7', 'para a escalada: agora é com você'],
      ['/incident escalar 7', 'chama o próximo nível'],
      ['/incident resolver 7 "pod reiniciado"', 'encerra, com o motivo'],
      ['/incident anotar 7 "reiniciei o pod"', 'põe na linha do tempo'],
      ['/incident silenciar 7 por 2h "troca de disco"', 'alertas iguais não abrem outro'],
      ['/incident estatísticas', 'tempos e chamados por semana'],
    ],
  },
  further: [
    ['/incident ver 7', 'um incidente'],
    ['/incident atribuir 7 @maria', 'passa para outra pessoa'],
    ['/incident papel 7 comandante @maria', 'quem comanda; ou escriba'],
    ['/incident canal 7', 'abre um canal só dele'],
    ['/incident histórico 7', 'o que aconteceu, em páginas'],
    ['/incident postmortem 7', 'o postmortem, na conversa dele'],
    ['/incident silêncios', 'o que está silenciado'],
    ['/incident dessilenciar 3', 'encerra um silêncio'],
  ],
  opsExamples,
  others: 'Outros comandos',
}
