import { code, say, type Mrkdwn } from '../mrkdwn.ts'

export const incident = {
  levels: { '1': 'crítico', '2': 'alto', '3': 'médio' },
  states: { open: 'aberto', acknowledged: 'assumido', resolved: 'resolvido' },
  title: (id: number, title: string) => say`*Incidente #${id}: ${title}*`,
  level: (level: string) => say`nível ${level}`,
  opened: (name: string, when: Mrkdwn) => say`aberto por ${name} · ${when}`,
  resolved: (name: string, when: Mrkdwn) => say`resolvido por ${name} · ${when}`,
  lasted: (duration: string) => say`durou ${duration}`,
  howToResolve: (id: number) => say`Para encerrar: ${code(`/incident resolver ${id}`)}`,
  events: {
    opened: 'abriu o incidente',
    acknowledged: 'assumiu o incidente',
    resolved: 'resolveu o incidente',
    'break-glass': 'usou a emergência',
    note: 'anotou',
  },
  event: (when: Mrkdwn, name: string, what: string) => say`${when} · ${name} ${what}`,
  eventReason: (reason: string) => say`“${reason}”`,
  listTitle: 'Incidentes abertos',
  none: say`Nenhum incidente aberto. 🎉`,
}

export type IncidentTexts = typeof incident
