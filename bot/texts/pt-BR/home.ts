import { code, say, type Mrkdwn } from '../mrkdwn.ts'

/** What people are shown in person: Home, requests to them, notices, settings, access. */
export const home = {
  title: (product: string) => `Plantão · ${product}`,
  drawn: (when: Mrkdwn) => say`como estava às ${when}`,
  waitingForMe: 'Esperando por você',
  noneWaiting: say`Nada espera por você. 🎉`,
  askedBy: (name: string, when: Mrkdwn) => say`pedido por ${name} · ${when}`,
  more: (count: number) => say`… e mais ${count}: ${code('/ops jobs')}`,
  incidents: 'Incidentes abertos',
  environments: 'Ambientes',
  lastChange: (change: { id: number; kind: string; name: string; when: Mrkdwn }) =>
    say`última mudança: *#${change.id}* ${change.kind} de ${change.name} · ${change.when}`,
  work: 'Em andamento',
  noWork: say`Nada em andamento.`,
  windows: 'Congelamentos e janelas',
  nextFreeze: (window: { name: string; environment: string; from: Mrkdwn; until: Mrkdwn }) =>
    say`❄️ próximo: *${window.environment}* de ${window.from} até ${window.until} (${window.name})`,
  noFreeze: say`Nenhum congelamento programado.`,
  maintenance: {
    now: (until: Mrkdwn) => say`🛠️ janela de manutenção agora, até ${until}`,
    next: (from: Mrkdwn, until: Mrkdwn) => say`🛠️ próxima janela de manutenção: de ${from} até ${until}`,
  },

  approval: {
    asks: say`*Uma decisão espera por você.*`,
    over: (title: string, id: number, how: Mrkdwn) => say`*${title}* #${id}: ${how}`,
  },
  end: {
    line: (end: { who: Mrkdwn; icon: string; title: string; id: number; state: string }) =>
      say`${end.who} ${end.icon} *${end.title}* #${end.id}: ${end.state}`,
    took: (duration: string) => say`em ${duration}`,
  },

  log: {
    older: 'Mais antigas',
    newest: 'Atualizar',
    backToNewest: 'Mais novas',
    file: 'Arquivo',
    fileSaid: (id: number) => say`📄 Log inteiro de *#${id}*.`,
    coming: (id: number) => say`O log inteiro de *#${id}* vai para a conversa do pedido, como arquivo.`,
    whenOver: (id: number) =>
      say`*#${id}* ainda não terminou. Quando terminar, o log inteiro vai para a conversa do pedido, como arquivo.`,
    there: (id: number) => say`O log inteiro de *#${id}* já está na conversa do pedido, como arquivo.`,
    follow: 'Acompanhar',
    following: (id: number, channel: Mrkdwn) =>
      say`📜 As próximas linhas aparecem na conversa de *#${id}* em ${channel}, até terminar.`,
    followsWhenStarted: (id: number, channel: Mrkdwn) =>
      say`📜 *#${id}* ainda não começou. Quando começar, o log aparece na conversa do pedido em ${channel}.`,
    live: (when: Mrkdwn) => say`🔴 ao vivo · como estava às ${when}`,
    over: (end: { icon: string; state: string }) =>
      say`${end.icon} ${end.state}. O log inteiro fica nesta conversa, como arquivo.`,
    another: (id: number) =>
      say`Esta tentativa terminou e outra começou. ${code(`/ops log ${id}`)} acompanha a nova.`,
    noMore: (id: number) => say`*#${id}* não tem linhas mais antigas.`,
  },

  settings: {
    title: 'Minhas preferências',
    directMessages: {
      on: say`🔔 Recebo por mensagem direta o que espera por mim.`,
      off: say`🔕 Não recebo mensagem direta do que espera por mim.`,
      turnOn: 'Ligar',
      turnOff: 'Desligar',
    },
    endNotice: say`Quando um pedido meu termina, aviso na conversa dele:`,
    endNotices: {
      always: 'sempre',
      long: 'se levou 30 s ou mais',
      never: 'nunca',
    },
  },

  access: {
    ask: 'Pedir acesso',
    how: say`O Plantão ainda não conhece você. Peça acesso, e quem administra decide.`,
    asked: say`⏳ Seu pedido de acesso está com quem administra o Plantão. A resposta chega por mensagem direta.`,
    notAllowed: say`Você ainda não pode consultar o que aparece aqui.`,
    request: (who: { name: string; mention: Mrkdwn; when: Mrkdwn }) =>
      say`🔑 *${who.name}* (${who.mention}) pede acesso ao Plantão · ${who.when}`,
    scope: say`Leitor consulta. Operador também faz deploys, backups e sincronizações; em produção, com aprovação de outra pessoa.`,
    buttons: {
      viewerHours: 'Leitor por 8 h',
      viewer: 'Leitor',
      operatorHours: 'Operador por 8 h',
      operator: 'Operador',
      refuse: 'Recusar',
    },
    confirm: {
      title: 'Dar acesso?',
      text: (name: string) => `${name} vira operador até alguém revogar.`,
      yes: 'Dar acesso',
      no: 'Agora não',
    },
    granted: (decision: { by: string; name: string; role: string; until: Mrkdwn | null }) =>
      say`✅ ${decision.by} deu a ${decision.name} o papel de ${decision.role}${decision.until === null ? '' : say` até ${decision.until}`}.`,
    refused: (by: string, name: string) => say`🚫 ${by} recusou o pedido de acesso de ${name}.`,
    youAre: (role: string, until: Mrkdwn | null) =>
      say`✅ Você agora é *${role}* no Plantão${until === null ? '' : say` até ${until}`}. Comece com ${code('/ops ajuda')}.`,
    youAreNot: (by: string) => say`🚫 Seu pedido de acesso não foi aceito. Se precisar, fale com ${by}.`,
    revoked: (who: Mrkdwn) => say`${who} não tem mais os papéis que recebeu pelo Slack.`,
    nothingToRevoke: (who: Mrkdwn) =>
      say`${who} não recebeu papéis pelo Slack. Os do arquivo do runbook se mudam lá.`,
  },
}

export type HomeTexts = typeof home
