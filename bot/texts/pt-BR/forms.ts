import { list } from '../formats.ts'
import { code, say, type Mrkdwn } from '../mrkdwn.ts'

const whom = (admins: readonly string[]): string =>
  admins.length === 0 ? 'quem cuida do Plantão' : list(admins, 'pt-BR')

/** Forms, the guide that opens them, and shortcuts. Labels are plain text; titles and buttons hold 24 characters. */
export const forms = {
  loading: say`⏳ Abrindo o formulário…\nSe não abrir em alguns segundos, tente de novo.`,
  broken: say`⚠️ Algo deu errado ao montar este formulário. Tente de novo; se repetir, avise quem cuida do Plantão.`,
  restarting: say`⚠️ O Plantão está reiniciando agora. Nada foi pedido; tente de novo daqui a pouco.`,
  again: 'Tentar de novo',
  close: 'Desistir',
  /** Of a screen with nothing to send. */
  dismiss: 'Fechar',
  titles: {
    deploy: 'Deploy',
    rollback: 'Rollback',
    restore: 'Restaurar backup',
    sync: 'Sincronizar',
    backup: 'Fazer backup',
    freeze: 'Congelar deploys',
    declare: 'Declarar incidente',
    resolve: 'Resolver incidente',
    assign: 'Atribuir incidente',
    note: 'Anotar no incidente',
    role: 'Papel no incidente',
    silence: 'Silenciar alertas',
    override: 'Substituir no plantão',
  },
  submits: {
    deploy: 'Fazer deploy',
    rollback: 'Voltar',
    restore: 'Restaurar',
    sync: 'Sincronizar',
    backup: 'Fazer backup',
    freeze: 'Congelar',
    declare: 'Declarar',
    resolve: 'Resolver',
    assign: 'Atribuir',
    note: 'Anotar',
    role: 'Definir',
    silence: 'Silenciar',
    override: 'Substituir',
  },
  chooseFirst: say`Escolha o ambiente para ver o resto.`,

  fields: {
    environment: { label: 'Ambiente', placeholder: 'Onde?' },
    choices: {
      deploy: {
        label: 'Versão',
        placeholder: 'Procure ou digite, como v1.4.0',
        hint: 'Primeiro as que já estiveram no ar, depois as outras do registro.',
      },
      rollback: { label: 'Voltar para', placeholder: 'Procure por versão, revisão ou pessoa' },
      restore: { label: 'Backup', placeholder: 'Procure por data ou id' },
    },
    override: {
      label: 'Motivo para passar por cima do congelamento',
      hint: 'Fica registrado e aparece no pedido para todos.',
    },
    confirm: (environment: string) => ({
      label: `Para confirmar, digite ${environment}`,
      hint: 'É um ambiente que precisa de aprovação: confira antes de enviar.',
    }),
    entity: { label: 'O que sincronizar', placeholder: 'O quê?' },
    sku: {
      label: 'Só este SKU',
      hint: 'Deixe vazio para todos. Maiúsculas e minúsculas contam.',
      placeholder: 'CAMISA-P',
    },
    title: { label: 'O que está acontecendo', placeholder: 'Loja fora do ar' },
    level: { label: 'Gravidade', placeholder: 'Quão grave?' },
    affected: { label: 'Ambiente afetado', placeholder: 'Todos' },
    until: { label: 'Congelar até' },
    freezeReason: {
      label: 'Motivo',
      hint: 'Todos no canal veem. Rollbacks continuam liberados.',
      placeholder: 'Black Friday',
    },
  },
  entities: {
    all: 'Tudo',
    products: 'Produtos',
    stock: 'Estoque',
    prices: 'Preços',
    orders: 'Pedidos',
  },
  levels: { 1: '1 · crítico', 2: '2 · alto', 3: '3 · médio' },

  choices: {
    typed: 'Como digitado',
    asTyped: 'Usar exatamente o que digitei',
    history: 'Já estiveram no ar',
    registry: 'No registro',
    previous: 'A última que funcionou antes desta',
    release: (version: string, revision: number) => `${version} (revisão ${revision})`,
    latest: 'O mais recente',
    rows: (count: string) => `${count} linhas`,
    /** How a release ended, by the engine's name for it. */
    statuses: {
      pending: 'em andamento',
      deployed: 'no ar agora',
      superseded: 'funcionou',
      failed: 'falhou',
      'rolled-back': 'foi desfeita',
    },
  },

  preview: {
    looking: say`⏳ Vendo o que vai mudar…`,
    unknown: say`⚠️ Não deu para ver agora o que vai mudar. Você pode enviar assim mesmo: o pedido mostra a mudança antes de fazê-la.`,
    problem: (why: Mrkdwn) => say`⚠️ Não deu para ver agora o que vai mudar. ${why}`,
    refused: (why: Mrkdwn) => say`⛔ ${why}`,
    willChange: say`*O que vai mudar*`,
    frozen: (environment: string, until: Mrkdwn, reason: string) =>
      say`❄️ *${environment} está congelado* até ${until}: “${reason}”.`,
    mayOverride: say`Você pode passar por cima: diga o motivo abaixo.`,
    mayNotOverride: say`Espere, ou peça a quem pode passar por cima do congelamento.`,
    waits: (place: { jobId: number; kind: string; who: string; since: Mrkdwn; others: number }) =>
      say`🔒 Vai esperar a vez: *#${place.jobId}* (${place.kind}, de ${place.who}) está na frente desde ${place.since}${place.others > 0 ? `, e mais ${place.others} na fila` : ''}.`,
    approval: (quorum: number, roles: string) =>
      quorum === 1
        ? say`✋ Outra pessoa precisa aprovar (${roles}) antes de começar.`
        : say`✋ ${quorum} outras pessoas precisam aprovar (${roles}) antes de começar.`,
  },

  missing: say`Preencha este campo.`,
  typeTheName: (environment: string) => say`Digite ${environment}, exatamente assim.`,
  notInFuture: say`Escolha um momento que ainda não passou.`,
  stillDrawing: say`O formulário ainda estava mudando para este ambiente. Confira e envie de novo.`,
  isFrozen: (environment: string, until: string, reason: string) =>
    say`${environment} está congelado até ${until}: “${reason}”. Espere, ou peça a quem pode passar por cima.`,
  notAllowed: (admins: readonly string[]) =>
    say`Você não tem permissão para isso. Se precisar, fale com ${whom(admins)}.`,

  guide: {
    intro: say`*O que dá para fazer por aqui*\nEscolha o assunto. Cada botão abre um formulário; ou digite o comando, como nos exemplos.`,
    open: 'Abrir',
    freeze: say`*Segurar deploys por um tempo*`,
    onCall: say`*Plantão*: quem atende agora, e quem fica no lugar por um tempo`,
    backup: say`*Fazer um backup agora*`,
    topics: {
      releases: 'Deploys e rollbacks',
      data: 'Backups e sincronização',
      incidents: 'Incidentes',
      jobs: 'Acompanhar pedidos',
      people: 'Pessoas e preferências',
    },
    help: say`Digite ${code('ajuda')} depois de qualquer comando para ver só os exemplos dele.`,
  },
  diagnose: {
    later: say`🔎 O diagnóstico a partir de uma mensagem ainda não existe. Enquanto isso:`,
    meanwhile: say`• ${code('/ops status')} mostra o que está no ar e a saúde de cada ambiente\n• ${code('/ops jobs')} mostra os pedidos recentes, e ${code('/ops log 42')} acompanha o log de um\n• Se algo está fora do ar, declare um incidente`,
  },
}

export type FormsTexts = typeof forms
