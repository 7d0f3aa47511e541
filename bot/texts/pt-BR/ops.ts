import { code, say, type Mrkdwn } from '../mrkdwn.ts'

/** The answers of /ops: status, lists, locks, freezes, who one is. */
export const ops = {
  status: {
    title: 'Situação agora',
    running: (version: string) => say`*${version}*`,
    unknownVersion: say`versão desconhecida`,
    revision: (revision: number) => say`revisão ${revision}`,
    health: { healthy: 'saudável', unhealthy: 'com problema', unknown: 'saúde desconhecida' },
    released: (name: string, when: Mrkdwn) => say`por ${name} · ${when}`,
    releasedAt: (when: Mrkdwn) => say`desde ${when}`,
    frozen: (until: Mrkdwn, reason: string) => say`❄️ congelado até ${until}: “${reason}”`,
    jobs: say`*Em andamento*`,
    noJobs: say`Nada em andamento.`,
    incidents: say`*Incidentes abertos*`,
  },
  jobs: {
    title: 'Pedidos recentes',
    none: say`Ainda não há pedidos. Comece com ${code('/deploy staging v1.4.0')}.`,
    line: (job: { icon: string; id: number; title: string; state: string; who: string; when: Mrkdwn }) =>
      say`${job.icon} *#${job.id}* ${job.title} · ${job.state} · ${job.who}, ${job.when}`,
  },
  locks: {
    title: 'Travas e congelamentos',
    none: say`Nenhuma trava: ninguém espera por ninguém.`,
    noFreezes: say`Nada congelado.`,
    lock: (lock: string) => say`🔒 *${lock}*`,
    holds: (entry: { id: number; kind: string; who: string; since: Mrkdwn }) =>
      say`▸ *#${entry.id}* ${entry.kind} de ${entry.who}, desde ${entry.since}`,
    waits: (place: number, entry: { id: number; kind: string; who: string; since: Mrkdwn }) =>
      say`${place}º *#${entry.id}* ${entry.kind} de ${entry.who}, na fila desde ${entry.since}`,
    freeze: (freeze: { environment: string; from: Mrkdwn | null; until: Mrkdwn; reason: string }) =>
      say`❄️ *${freeze.environment}* ${freeze.from === null ? '' : say`de ${freeze.from} `}até ${freeze.until}: “${freeze.reason}”`,
    frozenBy: (name: string) => say`por ${name}`,
    scheduled: say`janela programada`,
  },
  who: {
    known: (name: string, title: string | null) =>
      title === null ? say`*${name}*` : say`*${name}*, ${title}`,
    roles: (roles: string) => say`Papéis: ${roles}.`,
    unknown: (user: string) => say`seu id no Slack é ${code(user)}`,
    askAdmins: (names: string) => say`Para ter mais acesso, fale com ${names}.`,
    may: say`*Você pode*`,
    mayNothing: say`Por enquanto você não pode fazer nada aqui.`,
    command: (command: string, where: string) => say`• ${command}: ${where}`,
    everywhere: 'em tudo',
    needsApproval: (environments: string) => say`com aprovação de outra pessoa em ${environments}`,
  },
  commands: {
    deploy: 'deploy',
    rollback: 'rollback',
    restore: 'restaurar backups',
    backup: 'fazer backups',
    sync: 'sincronizar',
    freeze: 'congelar',
    unfreeze: 'descongelar',
    'override-freeze': 'passar por cima de um congelamento',
    'break-glass': 'emergência',
    incident: 'incidentes',
    read: 'consultar',
  },
}

export type OpsTexts = typeof ops
