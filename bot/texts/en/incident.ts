import { code, say } from '../mrkdwn.ts'
import type { IncidentTexts } from '../pt-BR/incident.ts'

export const incident: IncidentTexts = {
  levels: { '1': 'critical', '2': 'high', '3': 'medium' },
  states: { open: 'open', acknowledged: 'acknowledged', resolved: 'resolved' },
  title: (id, title) => say`*Incident #${id}: ${title}*`,
  level: (level) => say`level ${level}`,
  opened: (name, when) => say`opened by ${name} · ${when}`,
  resolved: (name, when) => say`resolved by ${name} · ${when}`,
  lasted: (duration) => say`lasted ${duration}`,
  howToResolve: (id) => say`To end it: ${code(`/incident resolve ${id}`)}`,
  events: {
    opened: 'opened the incident',
    acknowledged: 'acknowledged the incident',
    resolved: 'resolved the incident',
    'break-glass': 'broke the glass',
    note: 'noted',
  },
  event: (when, name, what) => say`${when} · ${name} ${what}`,
  eventReason: (reason) => say`“${reason}”`,
  listTitle: 'Open incidents',
  none: say`No open incidents. 🎉`,
}
