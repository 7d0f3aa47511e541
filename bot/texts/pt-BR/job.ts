import { code, say, type Mrkdwn } from '../mrkdwn.ts'

/** Everything a job's card says. */
export const job = {
  /** Plain text: they also stand on buttons and in dialogs. */
  titles: {
    deploy: (version: string, environment: string) => `Deploy ${version} → ${environment}`,
    rollback: (environment: string, to: string | null) =>
      `Rollback ${environment}${to === null ? '' : ` → ${to}`}`,
    revision: (revision: string) => `revisão ${revision}`,
    restore: (environment: string, backup: string | null) =>
      `Restaurar ${environment}${backup === null ? '' : ` ← ${backup}`}`,
    backup: (environment: string) => `Backup ${environment}`,
    sync: (entity: string, sku: string | null) => `Sincronizar ${entity}${sku === null ? '' : ` · ${sku}`}`,
    other: (kind: string, environment: string | null) =>
      environment === null ? kind : `${kind} ${environment}`,
  },
  entities: { products: 'produtos', stock: 'estoque', prices: 'preços', orders: 'pedidos', all: 'tudo' },
  states: {
    'waiting-approval': 'espera aprovação',
    queued: 'na fila',
    running: 'em andamento',
    succeeded: 'concluído',
    failed: 'falhou',
    cancelled: 'cancelado',
  },
  requestedBy: (name: string, when: Mrkdwn) => say`pedido por ${name} · ${when}`,
  attempt: (number: number) => say`tentativa ${number}`,
  took: (duration: string) => say`levou ${duration}`,
  stepsDone: (count: number) => (count === 1 ? say`1 etapa` : say`${count} etapas`),
  approvedBy: (names: string) => say`aprovado por ${names}`,
  overridden: (reason: string) => say`⚠️ *Congelamento ignorado:* “${reason}”`,

  approval: {
    waiting: say`*Espera aprovação*`,
    planning: say`Vendo o que vai mudar…`,
    votes: (count: number, quorum: number) => (quorum === 1 ? null : say`${count} de ${quorum} aprovações`),
    whoMay: (roles: string) => say`pode aprovar: ${roles}, menos quem pediu`,
    expires: (when: Mrkdwn) => say`vale até ${when}`,
    approved: (name: string) => say`👍 ${name} aprovou`,
    rejected: (name: string, reason: string) => say`👎 ${name} rejeitou: “${reason}”`,
    brokeGlass: (name: string, reason: string) => say`🚨 ${name} liberou por emergência: “${reason}”`,
  },
  roles: { viewer: 'leitor', operator: 'operador', approver: 'aprovador', admin: 'administrador' },
  /** What a change is said to touch, by the engine's name for it. */
  details: {
    components: 'componentes',
    revision: 'revisão',
    releasedBy: 'no ar antes por',
    releasedAt: 'no ar antes em',
    takenAt: 'dados de',
    rows: 'linhas',
    bytes: 'tamanho',
    seller: 'conta',
    sku: 'SKU',
  },
  from: {
    nothing: say`nada`,
  },

  waiting: {
    soon: say`Na fila. Começa em instantes.`,
    lock: (place: { position: number | null; lock: string; holder: Mrkdwn; who: string; since: Mrkdwn }) =>
      say`*${place.position === null ? 'Muitos à frente' : `${place.position}º da fila`}.* Agora é a vez de ${place.holder}, de ${place.who}, desde ${place.since} (${code(place.lock)}).`,
    freeze: (environment: string, until: Mrkdwn, reason: string) =>
      say`*${environment} está congelado* até ${until}: “${reason}”. Começa quando descongelar.`,
  },

  steps: {
    plan: 'Planejar',
    'record-release': 'Registrar a versão',
    'set-images': 'Trocar as imagens',
    'wait-rollout': 'Esperar os pods',
    'health-checks': 'Conferir a saúde',
    'finish-release': 'Fechar o registro',
    'restore-images': 'Voltar as imagens',
    'wait-restored': 'Esperar os pods de antes',
    'mark-failed': 'Registrar a falha',
    dump: 'Copiar, conferir e guardar o banco',
    'create-database': 'Criar um banco ao lado',
    load: 'Carregar o backup',
    check: 'Conferir tabelas e linhas',
    swap: 'Trocar os bancos',
    'swap-back': 'Voltar ao banco de antes',
    'drop-side-database': 'Apagar o banco ao lado',
    'read-orders': 'Ler as vendas',
    'import-orders': 'Lançar pedidos no Bling',
    'read-listings': 'Comparar Bling e Mercado Livre',
    write: 'Escrever o que difere',
    verify: 'Conferir o que foi escrito',
    summary: 'Contar o resultado',
  },
  progress: (done: string, total: string) => say`${done} de ${total}`,
  units: { pods: 'pods', items: 'itens', rows: 'linhas' },
  links: {
    linked: 'ligados',
    unmapped: 'sem produto no Bling',
    ambiguous: 'com SKU repetido',
    other: 'fora da sincronização',
    notListed: 'sem anúncio',
  },
  percent: (value: string) => say`${value}%`,
  since: (when: Mrkdwn) => say`desde ${when}`,
  undoing: say`*Desfazendo*`,
  undone: (steps: Mrkdwn) => say`↩️ Desfeito: ${steps}`,
  cancelling: (name: string) => say`🛑 ${name} pediu para cancelar. Parando com segurança…`,
  moreLines: (count: number) => say`… e mais ${count}`,

  ending: {
    running: (environment: string, version: string) => say`*${environment}* está em *${version}*.`,
    wentBack: (environment: string, version: string) => say`*${environment}* voltou para *${version}*.`,
    stays: (environment: string, version: string) =>
      say`Nada mudou: *${environment}* continua em *${version}*.`,
    nothingChanged: say`Nada foi alterado.`,
    before: (version: string) => say`Antes: ${version}.`,
    revision: (revision: number) => say`Revisão ${revision}.`,
    between: (environment: string, from: string, to: string) =>
      say`⚠️ *${environment}* pode estar com parte em ${from} e parte em ${to}. Veja ${code('/ops status')} antes de qualquer outra coisa.`,
    restored: (database: string, backup: string) =>
      say`O banco *${database}* agora é o do backup ${code(backup)}.`,
    backupFrom: (when: Mrkdwn) => say`Dados de ${when}.`,
    rows: (count: string) => say`${count} linhas.`,
    kept: (database: string) => say`O banco de antes está guardado como ${code(database)}.`,
    databaseUntouched: say`O banco em uso não foi tocado.`,
    databaseBack: say`O banco de antes está de volta.`,
    databaseUnclear: say`⚠️ A troca dos bancos não terminou. Confira qual está em uso antes de qualquer outra coisa.`,
    backedUp: (backup: string) => say`Backup ${code(backup)} guardado e conferido.`,
    backupSize: (size: string, rows: string, tables: string) =>
      say`${size}, ${rows} linhas em ${tables} tabelas.`,
    noBackup: say`Nenhum backup novo foi guardado.`,
    nothingWritten: say`Nada foi escrito.`,
    partlyWritten: say`Parte já foi escrita. Repetir é seguro: só se escreve o que ainda difere.`,
    nothingToDo: say`Tudo já estava igual.`,
  },
  outcomes: {
    updated: 'atualizados',
    created: 'criados',
    unchanged: 'já iguais',
    skipped: 'deixados como estão',
    failed: 'com falha',
    'not-applied': 'aceitos sem efeito',
  },
  outcome: (label: string, count: string) => say`${label}: *${count}*`,
  cancelledBy: (name: string) => say`Cancelado por ${name}.`,
  stoppedAt: (step: string) => say`*Parou em “${step}”.*`,
  detailsOf: (id: number, title: string) => say`*#${id} ${title}*: o que o sistema disse`,
  noDetails: (id: number, title: string) => say`*#${id} ${title}*: não há mais nada a dizer.`,
  undoFailed: (sentence: Mrkdwn) =>
    say`*Também não deu para desfazer:* ${sentence} Veja à mão antes de qualquer outra coisa.`,

  buttons: {
    approve: 'Aprovar',
    reject: 'Rejeitar',
    breakGlass: 'Emergência…',
    cancel: 'Cancelar',
    retry: 'Tentar de novo',
    retryFrom: (step: string) => `Tentar de novo: ${step}`,
    details: 'Detalhes',
    log: 'Log',
  },
  dialogs: {
    notNow: 'Agora não',
    approve: {
      title: 'Aprovar?',
      unseen: 'Ainda não se viu o que vai mudar: espere um instante para ver.',
      confirm: 'Aprovar',
    },
    cancel: {
      title: 'Cancelar?',
      waiting: (title: string) => `${title} não vai começar.`,
      running: (title: string) => `${title} para agora, e o que já foi feito é desfeito.`,
      confirm: 'Cancelar o pedido',
    },
    retry: {
      title: 'Tentar de novo?',
      text: (title: string, step: string) => `${title}, a partir de: ${step}.`,
      confirm: 'Tentar',
    },
  },
  forms: {
    reason: 'Motivo',
    reasonHint: 'Fica registrado e aparece para todos na mensagem do pedido.',
    reasonLength: (minimum: number, maximum: number) => say`Escreva entre ${minimum} e ${maximum} letras.`,
    close: 'Voltar',
    reject: {
      title: 'Rejeitar',
      submit: 'Rejeitar',
      about: (id: number) => say`O pedido *#${id}* termina aqui.`,
    },
    breakGlass: {
      title: 'Emergência',
      submit: 'Liberar agora',
      about: (id: number) =>
        say`O pedido *#${id}* começa sem a aprovação de outra pessoa. Só vale com um incidente crítico aberto; fica na auditoria e no incidente.`,
    },
  },
  stale: (title: string, id: number, state: string) =>
    say`Não dá mais: *#${id} ${title}* já está assim: ${state}.`,
  noLog: (id: number) => say`*#${id}* ainda não escreveu nada no log.`,
  logOf: (id: number, title: string) => say`*Log de #${id}* ${title}`,
}

export type JobTexts = typeof job
