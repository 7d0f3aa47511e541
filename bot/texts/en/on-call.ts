import { code, say, type Mrkdwn } from '../mrkdwn.ts'
import type { OnCallTexts } from '../pt-BR/on-call.ts'

export const onCall: OnCallTexts = {
  title: 'Who is on call',
  now: (rotation: string, name: string) => say`📟 *${rotation}*: *${name}*`,
  until: (when: Mrkdwn) => say`until ${when}`,
  isOverride: say`override`,
  nobody: (rotation: string) => say`⚠️ *${rotation}*: nobody is on call now`,
  next: (name: string, when: Mrkdwn) => say`then *${name}*, from ${when}`,
  gap: (from: Mrkdwn, until: Mrkdwn | null) =>
    until === null ? say`⚠️ nobody from ${from} on` : say`⚠️ nobody from ${from} until ${until}`,
  moreGaps: (count: number) => say`… and ${count} more times with nobody`,
  noRotations: say`The runbook file does not say yet who is on call: fill in ${code('onCall.rotations')}.`,
  overrides: say`*Overrides*`,
  override: (it: { id: number; name: string; rotation: string; from: Mrkdwn; until: Mrkdwn; by: string }) =>
    say`• *no. ${it.id}* ${it.name} in ${it.rotation}, from ${it.from} until ${it.until} · asked for by ${it.by}`,
  howToCancel: (id: number) => say`To undo one: ${code(`/ops oncall cancel ${id}`)}`,
  matrix: say`*Who would be called now*`,
  level: (level: number, who: string, names: string) => say`${level}. ${who}: *${names}*`,
  emptyLevel: (level: number, who: string) => say`${level}. ${who}: ⚠️ nobody, the level is skipped`,
  sources: {
    pagerduty: say`The roster comes from PagerDuty.`,
    runbook: say`The roster comes from the runbook file.`,
    fallback: say`⚠️ PagerDuty did not answer: the roster of the runbook file counts.`,
  },
  substitute: 'Override…',

  made: (it: { id: number; name: string; rotation: string; from: Mrkdwn; until: Mrkdwn }) =>
    say`📟 Done: ${it.name} is on call in ${it.rotation} from ${it.from} until ${it.until} (override no. ${it.id}).`,
  planned: (it: { who: Mrkdwn; rotation: string; from: Mrkdwn; until: Mrkdwn; by: string }) =>
    say`📟 ${it.who} will be on call in ${it.rotation} from ${it.from} until ${it.until}, asked for by ${it.by}.`,
  cancelled: (id: number, name: string) =>
    say`Override no. ${id} is undone: ${name} is no longer on call by it.`,
  waiting: say`⚠️ PagerDuty does not answer: it is told as soon as it does.`,
  missingNumber: say`The number of the override is missing; ${code('/ops oncall')} shows it.`,
  unknownWord: (word: string) =>
    say`I do not know “${word}”. There is ${code('override @maria until 18:00')} and ${code('cancel 3')}.`,

  handOver: (rotation: string, who: Mrkdwn, until: Mrkdwn | null) =>
    until === null
      ? say`📟 *On call in ${rotation}*: now it is ${who}`
      : say`📟 *On call in ${rotation}*: now it is ${who}, until ${until}`,
  handOverNotice: (rotation: string, name: string) => say`On call in ${rotation}: now it is ${name}`,
  handedOverBy: (name: string) => say`Handed over by ${name}`,
  nobodyBefore: say`There was nobody before`,
  noIncidents: say`No open incidents.`,
  incidents: (count: number) => (count === 1 ? say`*1 open incident*` : say`*${count} open incidents*`),
  incident: (id: number, level: string, title: string) => say`• *#${id}* (${level}) ${title}`,
  moreIncidents: (count: number) => say`… and ${count} more. ${code('/incident list')} shows them all.`,

  gapAhead: (rotation: string, from: Mrkdwn, until: Mrkdwn | null) =>
    until === null
      ? say`⚠️ *On call in ${rotation}*: nobody from ${from} on.`
      : say`⚠️ *On call in ${rotation}*: nobody from ${from} until ${until}.`,
  whoCan: say`Whoever can take it: ${code('/ops oncall override @someone until 18:00')}`,
  gapCovered: (rotation: string, from: Mrkdwn, name: string) =>
    say`✅ *On call in ${rotation}*: from ${from} on there is somebody, ${name}.`,

  form: {
    person: { label: 'Who is on call', placeholder: 'Who?' },
    from: { label: 'From', hint: 'If that has passed, it counts from now on.' },
    until: { label: 'Until' },
    backwards: say`That is before it begins.`,
    rotation: { label: 'Rotation', placeholder: 'Which?' },
  },
}
