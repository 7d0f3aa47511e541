import { code, joined, say, type Mrkdwn } from '../mrkdwn.ts'

export const incident = {
  levels: { '1': 'crítico', '2': 'alto', '3': 'médio' },
  states: { open: 'aberto', acknowledged: 'assumido', resolved: 'resolvido' },
  title: (id: number, title: Mrkdwn) => say`*Incidente #${id}: ${title}*`,
  /** For a notification, in as few words as a locked phone shows. */
  notification: (parts: { level: string; environment: string | null; state: string }) =>
    joined([
      say`${parts.level}`,
      ...(parts.environment === null ? [] : [say`${parts.environment}`]),
      say`${parts.state}`,
    ]),
  level: (level: string) => say`*${level.toUpperCase()}*`,
  everywhere: 'todos os ambientes',
  since: (when: Mrkdwn) => say`desde ${when}`,
  /** Who did it when nobody did, and systems that act by themselves. */
  actors: { plantao: 'Plantão', alertmanager: 'Alertmanager', grafana: 'Grafana', pagerduty: 'PagerDuty' },
  onPagerDuty: (name: string) => `${name} (no PagerDuty)`,

  nobody: say`🔴 *Ninguém assumiu ainda.*`,
  acknowledged: (who: string, when: Mrkdwn) => say`✋ *${who} assumiu* às ${when}`,
  resolved: (who: string, when: Mrkdwn) => say`✅ *Resolvido* por ${who}, ${when}`,
  overAt: (when: Mrkdwn) => say`✅ *Acabou* ${when}: nenhum alerta dispara mais`,
  lasted: (duration: string) => say`durou ${duration}`,
  answeredIn: (duration: string) => say`assumido em ${duration}`,
  resolution: (reason: string) => say`“${reason}”`,
  noneFiring: say`💤 Nenhum alerta dispara mais. Se acabou mesmo, resolva.`,
  flapping: say`🔁 Os alertas vão e voltam: o incidente fica aberto até acalmarem.`,

  pages: {
    title: say`*Chamados até agora*`,
    round: (round: number, rounds: number) => say`rodada ${round} de ${rounds}`,
    line: (page: { icon: string; who: string; people: Mrkdwn; when: Mrkdwn; what: Mrkdwn }) =>
      say`${page.icon} ${page.who}${page.people.mrkdwn === '' ? '' : say` → ${page.people}`} · ${page.when} · ${page.what}`,
    earlier: (count: number) => say`… e ${count} antes`,
    states: {
      pending: say`a enviar`,
      sending: say`enviando`,
      accepted: say`enviado`,
      confirmed: say`tocou`,
      skipped: say`ninguém de plantão, pulado`,
      dropped: say`não foi mais preciso`,
      refused: say`o PagerDuty recusou`,
      unrouted: say`sem chave do PagerDuty`,
    },
    unconfirmed: say`*o PagerDuty não confirmou*`,
    inSlack: say`avisado pelo Slack`,
  },
  unconfirmed: say`⚠️ *O PagerDuty não confirmou a chamada.* Se você conhece quem está de plantão, ligue.`,
  stillRings: say`🔔 *O PagerDuty continua tocando por isto.* Silencie no celular.`,
  next: (who: string, when: Mrkdwn) => say`⏭️ Próximo: *${who}* às ${when}, se ninguém assumir.`,
  exhausted: say`🆘 *Todos foram chamados e ninguém respondeu.* Ligue para alguém, ou escale de novo.`,

  alerts: {
    firing: (firing: string, total: string) => say`*${firing} de ${total} alertas disparando*`,
    oneFiring: say`*1 alerta disparando*`,
    noneFiring: (total: string) => say`*Nenhum alerta disparando* (${total} ao todo)`,
    storm: (firing: string, total: string) => say`🌪️ *Tempestade: ${firing} de ${total} alertas disparando*`,
    line: (title: string, firing: string, total: string) => say`• ${title}: ${firing} de ${total}`,
    one: (title: string) => say`• ${title}`,
    more: (count: number) => say`… e mais ${count} tipos`,
    newest: (title: string, when: Mrkdwn) => say`mais novo: ${title} às ${when}`,
  },

  jobs: {
    before: (job: { what: string; id: number; who: string; ago: string; state: string }) =>
      say`🚀 *${job.what}* ${job.ago} antes · #${job.id} de ${job.who}, ${job.state}`,
    since: (job: { what: string; id: number; who: string; ago: string; state: string }) =>
      say`🚀 *${job.what}* ${job.ago} depois · #${job.id} de ${job.who}, ${job.state}`,
    what: (kind: string, target: string | null, environment: string) =>
      `${kind} ${target === null ? '' : `de ${target} `}em ${environment}`,
    kinds: { deploy: 'deploy', rollback: 'rollback', restore: 'restore', backup: 'backup', sync: 'sync' },
  },

  owner: (name: string) => say`👤 responsável: *${name}*`,
  roles: { commander: 'comandante', scribe: 'escriba' },
  role: (role: string, name: string) => say`${role}: ${name}`,
  ownChannel: (channel: Mrkdwn) => say`canal: ${channel}`,
  declaredBy: (name: string) => say`aberto por ${name}`,
  links: {
    dashboard: 'Painel',
    logs: 'Logs',
    runbook: 'Runbook',
    alert: 'Alerta',
    message: 'Mensagem de origem',
  },

  steps: {
    acknowledge: say`👉 Vai cuidar disso? *Assuma*: a escalada para na hora.`,
    escalate: say`👉 Precisa de ajuda? *Escale*. Acabou? *Resolva*, com o motivo.`,
    resolve: say`👉 Os alertas pararam. Confira e *resolva*.`,
    callSomebody: say`👉 *Ligue para alguém agora* e assuma quando alguém responder.`,
    postmortem: say`👉 O postmortem já tem a linha do tempo: é só completar.`,
  },

  buttons: {
    acknowledge: 'Assumir',
    escalate: 'Escalar',
    resolve: 'Resolver…',
    assign: 'Atribuir…',
    note: 'Anotar…',
    silence: 'Silenciar…',
    channel: 'Abrir canal',
    postmortem: 'Postmortem',
    stillWorking: 'Continuo nisso',
    endSilence: 'Encerrar',
  },
  escalateDialog: {
    title: 'Escalar o incidente?',
    text: (who: string) => `Chama agora: ${who}.`,
    textUnknown: 'Chama agora o próximo nível da matriz de escalonamento.',
    acknowledgedToo: 'Deixa de estar assumido até alguém responder.',
    confirm: 'Chamar agora',
    deny: 'Agora não',
  },

  /** In the thread and in the timeline: what happened, by kind. */
  events: {
    opened: say`🚨 O incidente abriu`,
    declared: (who: string) => say`🚨 ${who} declarou o incidente`,
    alertJoined: (title: string, count: string) => say`➕ mais alertas: ${title} (${count})`,
    upgraded: (from: string, to: string) => say`⬆️ *Piorou: de ${from} para ${to}*`,
    acknowledged: (who: string) => say`✋ *${who} assumiu*`,
    unacknowledged: say`🔴 *Voltou a ficar sem quem assuma*`,
    escalated: (who: string, level: string) => say`⏫ *${who} escalou* para o nível ${level}`,
    resolved: (who: string) => say`✅ *${who} resolveu*`,
    over: say`✅ *Acabou:* nenhum alerta dispara mais`,
    assigned: (who: string, to: Mrkdwn) => say`👤 ${who} atribuiu a ${to}`,
    note: (who: string, text: Mrkdwn) => say`📝 ${who}: ${text}`,
    role: (who: string, role: string, person: Mrkdwn) => say`🎖️ ${who} fez de ${person} *${role}*`,
    channel: (who: string, channel: Mrkdwn) => say`💬 ${who} abriu o canal ${channel}`,
    silenced: (who: string, duration: string) => say`🔕 ${who} silenciou por ${duration}`,
    flapping: say`🔁 Os alertas vão e voltam: fica aberto até acalmarem`,
    stillFiring: say`⏰ *Ainda dispara.* Alguém continua cuidando? Sem resposta, a escalada recomeça.`,
    exhausted: say`🆘 *Todos foram chamados, em todas as rodadas, e ninguém respondeu*`,
    unowned: (times: number) => say`👀 *Ainda sem quem assuma* (lembrete ${times})`,
    pageProblem: (level: string, problem: string) =>
      say`⚠️ A chamada do nível ${level} não saiu pelo PagerDuty: ${problem}`,
    fallback: (level: string) => say`⚠️ O PagerDuty não confirmou o nível ${level}: avisei pelo Slack`,
    stillRings: (level: string) =>
      say`🔔 *O PagerDuty continua tocando por isto* (nível ${level}): ele não fez o que foi feito aqui. Silencie no celular.`,
    breakGlass: (who: string) => say`🔨 ${who} usou a emergência`,
    reopenedThere: (who: string) => say`↩️ ${who} reabriu no PagerDuty`,
    escalatedThere: (who: string) => say`⏫ ${who} passou adiante dentro do PagerDuty`,
    closedThere: say`⚠️ o PagerDuty encerrou o incidente dele por conta própria; aqui continua aberto`,
    page: (level: string, who: string) => say`📟 chamou o nível ${level}${who === '' ? '' : say`: ${who}`}`,
    skipped: (level: string, who: string) => say`⏭️ nível ${level} pulado: ninguém de plantão (${who})`,
    stillWorking: (who: string) => say`💪 ${who} continua cuidando`,
    other: (who: string, kind: string) => say`${who}: ${kind}`,
    job: (id: number) => say`(#${id})`,
    because: (reason: string) => say`“${reason}”`,
    standDown: (people: Mrkdwn, count: number) =>
      count === 1 ? say`${people} pode descansar.` : say`${people} podem descansar.`,
    paged: (who: string, people: Mrkdwn) =>
      say`📟 *Chamando ${who}*${people.mrkdwn === '' ? '' : say`: ${people}`}. Ninguém tinha assumido.`,
  },

  fallback: {
    /** In the thread, to those who were not reached. */
    mention: (people: Mrkdwn, id: number) =>
      say`📟 ${people} *é com você:* o PagerDuty não chegou até aqui. Incidente #${id}, acima.`,
    nobody: (who: string) =>
      say`📟 *${who}* não pôde ser chamado pelo PagerDuty nem tem conta no Slack. *Ligue.*`,
    direct: say`📟 *Você está sendo chamado.* O PagerDuty não confirmou, por isso aviso por aqui.`,
    answered: say`Você foi chamado para isto; já tem quem cuide.`,
    over: say`Você foi chamado para isto; já acabou.`,
  },

  list: {
    title: 'Incidentes abertos',
    none: say`Nenhum incidente aberto. 🎉`,
    more: (count: number) => say`… e mais ${count}`,
    owner: (name: string) => say`com ${name}`,
    noOwner: say`sem dono`,
  },
  timeline: {
    title: (id: number) => `Linha do tempo do incidente #${id}`,
    older: 'Mais antigas',
    newer: 'Mais novas',
    none: say`Nada aconteceu ainda.`,
    page: (page: number, pages: number) => say`página ${page} de ${pages}`,
  },
  stats: {
    title: 'Incidentes por semana',
    none: say`Ainda não houve incidentes.`,
    pages: (people: string) => say`📟 chamados: ${people}`,
    columns: {
      week: 'Semana',
      levels: 'Crít/Alto/Méd',
      acknowledge: 'Assumir',
      resolve: 'Resolver',
      pages: 'Cham.',
    },
    explained: say`Tempos até assumir e até resolver: mediana.`,
  },
  silences: {
    title: 'Silêncios em vigor',
    none: say`Nenhum silêncio em vigor.`,
    line: (silence: { id: number; matchers: Mrkdwn; until: Mrkdwn; who: string; reason: string }) =>
      say`🔕 *#${silence.id}* ${silence.matchers} até ${silence.until} · ${silence.who}: “${silence.reason}”`,
    matcher: (label: string, value: string) => code(`${label}=${value}`),
    made: (silence: { id: number; until: Mrkdwn }) =>
      say`🔕 Silêncio *#${silence.id}* até ${silence.until}. Para encerrar antes: ${code(`/incident dessilenciar ${silence.id}`)}.`,
    ended: (id: number) => say`🔔 Silêncio *#${id}* encerrado.`,
  },

  answers: {
    isOpen: (id: number) => say`O incidente *#${id}* está aberto, e ninguém assumiu.`,
    isTaken: (id: number, who: string, when: Mrkdwn) =>
      say`O incidente *#${id}* já está com *${who}*, que assumiu às ${when}.`,
    isResolved: (id: number, who: string, when: Mrkdwn) =>
      say`O incidente *#${id}* já foi resolvido por ${who}, ${when}.`,
    isOver: (id: number, when: Mrkdwn) => say`O incidente *#${id}* já acabou, ${when}.`,
    escalatedBefore: (id: number, who: string, when: Mrkdwn | null) =>
      say`Alguém já escalou o incidente *#${id}*: ${who} foi chamado${when === null ? '' : say`, o próximo às ${when}`}.`,
    acknowledged: (id: number) => say`✋ Você assumiu o incidente *#${id}*. A escalada parou.`,
    assigned: (id: number, to: Mrkdwn) => say`Incidente *#${id}* agora é de ${to}.`,
    noted: (id: number) => say`Anotado no incidente *#${id}*.`,
    role: (id: number, role: string, person: Mrkdwn) => say`Incidente *#${id}*: ${person} é *${role}*.`,
    channel: (id: number, channel: Mrkdwn) => say`Canal do incidente *#${id}*: ${channel}.`,
    channelRefused: (code: string) =>
      say`O Slack não deixou abrir o canal (${code}). Quem cuida do Plantão vê o que falta com ${'npm run check-slack'}.`,
    escalate: (id: number, who: string) => say`*Escalar o incidente #${id}?* ${who}`,
    cannotEscalate: (id: number) => say`O incidente *#${id}* não tem a quem escalar.`,
    postmortem: {
      coming: (id: number) => say`O postmortem do incidente *#${id}* vai para a conversa dele, como arquivo.`,
      there: (id: number) => say`O postmortem do incidente *#${id}* já está na conversa dele, como arquivo.`,
    },
    postmortemSaid: (id: number) => say`📄 Postmortem do incidente *#${id}*, para completar.`,
    stillWorking: say`Obrigado. Pergunto de novo se continuar disparando.`,
    noneOpen: say`Nenhum incidente aberto. 🎉`,
    which: say`Há mais de um incidente aberto. Qual?`,
    missingRole: say`Falta dizer o papel: ${code('comandante')} ou ${code('escriba')}.`,
    notARole: (word: string) =>
      say`“${word}” não é um papel. Use ${code('comandante')} ou ${code('escriba')}.`,
    missingNote: say`Falta a anotação, entre aspas.`,
    missingSilence: say`Falta o número do silêncio: ${code('/incident silêncios')} mostra quais há.`,
  },

  topic: (parts: { id: number; level: string; environment: string | null; title: string }) =>
    `Incidente #${parts.id} · ${parts.level}${parts.environment === null ? '' : ` · ${parts.environment}`} · ${parts.title}`,

  forms: {
    which: { label: 'Incidente', placeholder: 'Qual?' },
    option: (id: number, title: string) => `#${id} ${title}`,
    loadingAbout: (id: number) => say`Incidente *#${id}*`,
    resolveReason: {
      label: 'O que resolveu',
      hint: 'Aparece no incidente e no postmortem.',
      placeholder: 'Pod reiniciado',
    },
    stillFiring: (firing: string) =>
      say`⚠️ *Alertas que ainda disparam: ${firing}.* Se resolver agora e continuarem disparando, outro incidente se abre em seguida.`,
    person: { label: 'Quem', placeholder: 'Escolha uma pessoa' },
    role: { label: 'Papel', placeholder: 'Qual?' },
    note: { label: 'Anotação', hint: 'Vai para a linha do tempo e a conversa do incidente.' },
    silenceUntil: { label: 'Silenciar até' },
    silenceTooLong: say`Um silêncio dura no máximo uma semana: escolha um momento antes disso.`,
    silenceReason: { label: 'Motivo', hint: 'Todos veem. Alertas iguais não abrem incidente até lá.' },
    silences: (matchers: Mrkdwn) =>
      say`Silencia os alertas com ${matchers}. Se ninguém assumiu, você assume.`,
    silencesAll: say`Silencia o que os alertas do incidente têm em comum. Se ninguém assumiu, você assume.`,
    nothingToSilence: say`⚠️ Este incidente não tem alertas: não há o que silenciar.`,
  },
}

export type IncidentTexts = typeof incident
