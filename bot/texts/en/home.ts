import { code, say } from '../mrkdwn.ts'
import type { HomeTexts } from '../pt-BR/home.ts'

export const home: HomeTexts = {
  title: (product) => `Plantão · ${product}`,
  drawn: (when) => say`as it was at ${when}`,
  waitingForMe: 'Waiting for you',
  noneWaiting: say`Nothing waits for you. 🎉`,
  askedBy: (name, when) => say`requested by ${name} · ${when}`,
  more: (count) => say`… and ${count} more: ${code('/ops jobs')}`,
  incidents: 'Open incidents',
  environments: 'Environments',
  lastChange: ({ id, kind, name, when }) => say`last change: *#${id}* ${kind} by ${name} · ${when}`,
  work: 'Going on',
  noWork: say`Nothing going on.`,
  windows: 'Freezes and windows',
  nextFreeze: ({ name, environment, from, until }) =>
    say`❄️ next: *${environment}* from ${from} until ${until} (${name})`,
  noFreeze: say`No freeze is scheduled.`,
  maintenance: {
    now: (until) => say`🛠️ maintenance window now, until ${until}`,
    next: (from, until) => say`🛠️ next maintenance window: from ${from} until ${until}`,
  },

  approval: {
    asks: say`*A decision waits for you.*`,
    over: (title, id, how) => say`*${title}* #${id}: ${how}`,
  },
  end: {
    line: ({ who, icon, title, id, state }) => say`${who} ${icon} *${title}* #${id}: ${state}`,
    took: (duration) => say`in ${duration}`,
  },

  log: {
    older: 'Older',
    newest: 'Refresh',
    backToNewest: 'Newest',
    file: 'File',
    fileSaid: (id) => say`📄 The whole log of *#${id}*.`,
    coming: (id) => say`The whole log of *#${id}* comes to the thread of its message, as a file.`,
    whenOver: (id) =>
      say`*#${id}* is not over yet. When it is, the whole log comes to the thread of its message, as a file.`,
    there: (id) => say`The whole log of *#${id}* is in the thread of its message already, as a file.`,
    follow: 'Follow',
    following: (id, channel) =>
      say`📜 The next lines appear in the thread of *#${id}* in ${channel}, until it is over.`,
    followsWhenStarted: (id, channel) =>
      say`📜 *#${id}* has not begun. When it does, its log appears in the thread of its message in ${channel}.`,
    live: (when) => say`🔴 live · as of ${when}`,
    over: ({ icon, state }) => say`${icon} ${state}. The whole log is kept in this thread, as a file.`,
    another: (id) =>
      say`This attempt is over and another has begun. ${code(`/ops log ${id}`)} follows that one.`,
    noMore: (id) => say`*#${id}* has no older lines.`,
  },

  settings: {
    title: 'My settings',
    directMessages: {
      on: say`🔔 I get a direct message for what waits for me.`,
      off: say`🔕 I get no direct message for what waits for me.`,
      turnOn: 'Turn on',
      turnOff: 'Turn off',
    },
    endNotice: say`When a job of mine ends, tell me in its thread:`,
    endNotices: {
      always: 'always',
      long: 'if it took 30 s or more',
      never: 'never',
    },
  },

  access: {
    ask: 'Ask for access',
    how: say`Plantão does not know you yet. Ask for access, and the admins decide.`,
    asked: say`⏳ Your request for access is with the admins of Plantão. The answer comes as a direct message.`,
    notAllowed: say`You may not see yet what is shown here.`,
    request: ({ name, mention, when }) => say`🔑 *${name}* (${mention}) asks for access to Plantão · ${when}`,
    scope: say`A viewer looks. An operator also deploys, takes backups and syncs; in production, with somebody else's approval.`,
    buttons: {
      viewerHours: 'Viewer for 8 h',
      viewer: 'Viewer',
      operatorHours: 'Operator for 8 h',
      operator: 'Operator',
      refuse: 'Refuse',
    },
    confirm: {
      title: 'Give access?',
      text: (name) => `${name} becomes an operator until somebody revokes it.`,
      yes: 'Give access',
      no: 'Not now',
    },
    granted: ({ by, name, role, until }) =>
      say`✅ ${by} gave ${name} the role of ${role}${until === null ? '' : say` until ${until}`}.`,
    refused: (by, name) => say`🚫 ${by} refused ${name}'s request for access.`,
    youAre: (role, until) =>
      say`✅ You are now *${role}* in Plantão${until === null ? '' : say` until ${until}`}. Begin with ${code('/ops help')}.`,
    youAreNot: (by) => say`🚫 Your request for access was not granted. If you need it, talk to ${by}.`,
    revoked: (who) => say`${who} no longer has the roles given from Slack.`,
    nothingToRevoke: (who) =>
      say`${who} was given no role from Slack. Those of the runbook file are changed there.`,
  },
}
