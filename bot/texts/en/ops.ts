import { code, say } from '../mrkdwn.ts'
import type { OpsTexts } from '../pt-BR/ops.ts'

export const ops: OpsTexts = {
  status: {
    title: 'How things are',
    running: (version) => say`*${version}*`,
    unknownVersion: say`version unknown`,
    revision: (revision) => say`revision ${revision}`,
    health: { healthy: 'healthy', unhealthy: 'unhealthy', unknown: 'health unknown' },
    released: (name, when) => say`by ${name} · ${when}`,
    releasedAt: (when) => say`since ${when}`,
    frozen: (until, reason) => say`❄️ frozen until ${until}: “${reason}”`,
    jobs: say`*Going on*`,
    noJobs: say`Nothing going on.`,
    incidents: say`*Open incidents*`,
  },
  jobs: {
    title: 'Newest jobs',
    none: say`There are no jobs yet. Begin with ${code('/deploy staging v1.4.0')}.`,
    line: ({ icon, id, title, state, who, when }) =>
      say`${icon} *#${id}* ${title} · ${state} · ${who}, ${when}`,
  },
  locks: {
    title: 'Locks and freezes',
    none: say`No locks: nobody waits for anybody.`,
    noFreezes: say`Nothing is frozen.`,
    lock: (lock) => say`🔒 *${lock}*`,
    holds: ({ id, kind, who, since }) => say`▸ *#${id}* ${kind} by ${who}, since ${since}`,
    waits: (place, { id, kind, who, since }) =>
      say`number ${place}: *#${id}* ${kind} by ${who}, in line since ${since}`,
    freeze: ({ environment, from, until, reason }) =>
      say`❄️ *${environment}* ${from === null ? '' : say`from ${from} `}until ${until}: “${reason}”`,
    frozenBy: (name) => say`by ${name}`,
    scheduled: say`scheduled window`,
  },
  who: {
    known: (name, title) => (title === null ? say`*${name}*` : say`*${name}*, ${title}`),
    roles: (roles) => say`Roles: ${roles}.`,
    unknown: (user) => say`your Slack id is ${code(user)}`,
    askAdmins: (names) => say`For more access, talk to ${names}.`,
    may: say`*You may*`,
    mayNothing: say`You may not do anything here yet.`,
    command: (command, where) => say`• ${command}: ${where}`,
    everywhere: 'everywhere',
    needsApproval: (environments) => say`with somebody else's approval in ${environments}`,
  },
  commands: {
    deploy: 'deploy',
    rollback: 'roll back',
    restore: 'restore backups',
    backup: 'take backups',
    sync: 'sync',
    freeze: 'freeze',
    unfreeze: 'unfreeze',
    'override-freeze': 'go past a freeze',
    'break-glass': 'emergency',
    incident: 'incidents',
    read: 'read',
  },
}
