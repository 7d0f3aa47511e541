import { code, say, type Mrkdwn } from '../mrkdwn.ts'

/** Who is on call: /ops plantão, its form, and what is said in the channel. */
export const onCall = {
  title: 'Quem está de plantão',
  now: (rotation: string, name: string) => say`📟 *${rotation}*: *${name}*`,
  until: (when: Mrkdwn) => say`até ${when}`,
  isOverride: say`substituição`,
  nobody: (rotation: string) => say`⚠️ *${rotation}*: ninguém de plantão agora`,
  next: (name: string, when: Mrkdwn) => say`depois *${name}*, a partir de ${when}`,
  gap: (from: Mrkdwn, until: Mrkdwn | null) =>
    until === null ? say`⚠️ ninguém a partir de ${from}` : say`⚠️ ninguém de ${from} até ${until}`,
  moreGaps: (count: number) => say`… e mais ${count} períodos sem ninguém`,
  noRotations: say`O arquivo do runbook ainda não diz quem fica de plantão: preencha ${code('onCall.rotations')}.`,
  overrides: say`*Substituições*`,
  override: (it: { id: number; name: string; rotation: string; from: Mrkdwn; until: Mrkdwn; by: string }) =>
    say`• *nº ${it.id}* ${it.name} em ${it.rotation}, de ${it.from} até ${it.until} · pedida por ${it.by}`,
  howToCancel: (id: number) => say`Para desfazer: ${code(`/ops plantão cancelar ${id}`)}`,
  matrix: say`*Quem seria chamado agora*`,
  level: (level: number, who: string, names: string) => say`${level}. ${who}: *${names}*`,
  emptyLevel: (level: number, who: string) => say`${level}. ${who}: ⚠️ ninguém, o nível é pulado`,
  sources: {
    pagerduty: say`A escala vem do PagerDuty.`,
    runbook: say`A escala vem do arquivo do runbook.`,
    fallback: say`⚠️ O PagerDuty não respondeu: vale a escala do arquivo do runbook.`,
  },
  substitute: 'Substituir…',

  /** Told to whoever asked for it. */
  made: (it: { id: number; name: string; rotation: string; from: Mrkdwn; until: Mrkdwn }) =>
    say`📟 Feito: ${it.name} fica de plantão em ${it.rotation} de ${it.from} até ${it.until} (substituição nº ${it.id}).`,
  /** Told in the channel, because it is for later; the one it is about is mentioned. */
  planned: (it: { who: Mrkdwn; rotation: string; from: Mrkdwn; until: Mrkdwn; by: string }) =>
    say`📟 ${it.who} fica de plantão em ${it.rotation} de ${it.from} até ${it.until}, a pedido de ${it.by}.`,
  cancelled: (id: number, name: string) =>
    say`Substituição nº ${id} desfeita: ${name} não está mais de plantão por ela.`,
  waiting: say`⚠️ O PagerDuty não responde: ele fica sabendo assim que responder.`,
  missingNumber: say`Falta o número da substituição; ${code('/ops plantão')} mostra.`,
  unknownWord: (word: string) =>
    say`Não conheço “${word}”. Dá para ${code('substituir @maria até 18:00')} e ${code('cancelar 3')}.`,

  handOver: (rotation: string, who: Mrkdwn, until: Mrkdwn | null) =>
    until === null
      ? say`📟 *Plantão de ${rotation}*: agora é com ${who}`
      : say`📟 *Plantão de ${rotation}*: agora é com ${who}, até ${until}`,
  handOverNotice: (rotation: string, name: string) => say`Plantão de ${rotation}: agora é com ${name}`,
  handedOverBy: (name: string) => say`Passou o plantão: ${name}`,
  nobodyBefore: say`Antes não havia ninguém`,
  noIncidents: say`Nenhum incidente aberto.`,
  incidents: (count: number) =>
    count === 1 ? say`*1 incidente aberto*` : say`*${count} incidentes abertos*`,
  incident: (id: number, level: string, title: string) => say`• *#${id}* (${level}) ${title}`,
  moreIncidents: (count: number) => say`… e mais ${count}. ${code('/incident lista')} mostra todos.`,

  gapAhead: (rotation: string, from: Mrkdwn, until: Mrkdwn | null) =>
    until === null
      ? say`⚠️ *Plantão de ${rotation}*: ninguém a partir de ${from}.`
      : say`⚠️ *Plantão de ${rotation}*: ninguém de ${from} até ${until}.`,
  whoCan: say`Quem puder cobrir: ${code('/ops plantão substituir @alguém até 18:00')}`,
  gapCovered: (rotation: string, from: Mrkdwn, name: string) =>
    say`✅ *Plantão de ${rotation}*: a partir de ${from} há quem cubra, ${name}.`,

  form: {
    person: { label: 'Quem fica de plantão', placeholder: 'Quem?' },
    from: { label: 'A partir de', hint: 'Se já passou, vale a partir de agora.' },
    until: { label: 'Até' },
    backwards: say`Isto é antes do começo.`,
    rotation: { label: 'Escala', placeholder: 'Qual?' },
  },
}

export type OnCallTexts = typeof onCall
