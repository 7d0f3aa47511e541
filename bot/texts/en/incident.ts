import { code, joined, say } from '../mrkdwn.ts'
import type { IncidentTexts } from '../pt-BR/incident.ts'

export const incident: IncidentTexts = {
  levels: { '1': 'critical', '2': 'high', '3': 'medium' },
  states: { open: 'open', acknowledged: 'acknowledged', resolved: 'resolved' },
  title: (id, title) => say`*Incident #${id}: ${title}*`,
  notification: (parts) =>
    joined([
      say`${parts.level}`,
      ...(parts.environment === null ? [] : [say`${parts.environment}`]),
      say`${parts.state}`,
    ]),
  level: (level) => say`*${level.toUpperCase()}*`,
  everywhere: 'every environment',
  since: (when) => say`since ${when}`,
  actors: { plantao: 'Plantão', alertmanager: 'Alertmanager', grafana: 'Grafana', pagerduty: 'PagerDuty' },
  onPagerDuty: (name) => `${name} (on PagerDuty)`,

  nobody: say`🔴 *Nobody has taken it yet.*`,
  acknowledged: (who, when) => say`✋ *${who} has it* since ${when}`,
  resolved: (who, when) => say`✅ *Resolved* by ${who}, ${when}`,
  overAt: (when) => say`✅ *Over* ${when}: no alert fires any more`,
  lasted: (duration) => say`lasted ${duration}`,
  answeredIn: (duration) => say`acknowledged in ${duration}`,
  resolution: (reason) => say`“${reason}”`,
  noneFiring: say`💤 No alert fires any more. If it really is over, resolve it.`,
  flapping: say`🔁 The alerts come and go: the incident stays open until they calm down.`,

  pages: {
    title: say`*Called so far*`,
    round: (round, rounds) => say`round ${round} of ${rounds}`,
    line: (page) =>
      say`${page.icon} ${page.who}${page.people.mrkdwn === '' ? '' : say` → ${page.people}`} · ${page.when} · ${page.what}`,
    earlier: (count) => say`… and ${count} before`,
    states: {
      pending: say`to be sent`,
      sending: say`being sent`,
      accepted: say`sent`,
      confirmed: say`it rang`,
      skipped: say`nobody on call, skipped`,
      dropped: say`no longer needed`,
      refused: say`PagerDuty refused it`,
      unrouted: say`no PagerDuty key`,
    },
    unconfirmed: say`*PagerDuty has not confirmed*`,
    inSlack: say`told in Slack`,
  },
  unconfirmed: say`⚠️ *PagerDuty has not confirmed the call.* If you know who is on call, phone them.`,
  stillRings: say`🔔 *PagerDuty still rings for this.* Silence it on the phone.`,
  next: (who, when) => say`⏭️ Next: *${who}* at ${when}, if nobody takes it.`,
  exhausted: say`🆘 *Everybody was called and nobody answered.* Phone somebody, or escalate again.`,

  alerts: {
    firing: (firing, total) => say`*${firing} of ${total} alerts firing*`,
    oneFiring: say`*1 alert firing*`,
    noneFiring: (total) => say`*No alert firing* (${total} in all)`,
    storm: (firing, total) => say`🌪️ *Storm: ${firing} of ${total} alerts firing*`,
    line: (title, firing, total) => say`• ${title}: ${firing} of ${total}`,
    one: (title) => say`• ${title}`,
    more: (count) => say`… and ${count} more kinds`,
    newest: (title, when) => say`newest: ${title} at ${when}`,
  },

  jobs: {
    before: (job) => say`🚀 *${job.what}* ${job.ago} before · #${job.id} by ${job.who}, ${job.state}`,
    since: (job) => say`🚀 *${job.what}* ${job.ago} after · #${job.id} by ${job.who}, ${job.state}`,
    what: (kind, target, environment) => `${kind} ${target === null ? '' : `of ${target} `}in ${environment}`,
    kinds: { deploy: 'deploy', rollback: 'rollback', restore: 'restore', backup: 'backup', sync: 'sync' },
  },

  owner: (name) => say`👤 owner: *${name}*`,
  roles: { commander: 'commander', scribe: 'scribe' },
  role: (role, name) => say`${role}: ${name}`,
  ownChannel: (channel) => say`channel: ${channel}`,
  declaredBy: (name) => say`opened by ${name}`,
  links: {
    dashboard: 'Dashboard',
    logs: 'Logs',
    runbook: 'Runbook',
    alert: 'Alert',
    message: 'Where it began',
  },

  steps: {
    acknowledge: say`👉 Will you look after it? *Acknowledge*: the escalation stops at once.`,
    escalate: say`👉 Need help? *Escalate*. Is it over? *Resolve*, and say why.`,
    resolve: say`👉 The alerts have stopped. Check, and *resolve*.`,
    callSomebody: say`👉 *Phone somebody now*, and acknowledge once somebody answers.`,
    postmortem: say`👉 The postmortem has the timeline already: complete it.`,
  },

  buttons: {
    acknowledge: 'Acknowledge',
    escalate: 'Escalate',
    resolve: 'Resolve…',
    assign: 'Assign…',
    note: 'Add note…',
    silence: 'Silence…',
    channel: 'Open channel',
    postmortem: 'Postmortem',
    stillWorking: 'Still working on it',
    endSilence: 'End',
  },
  escalateDialog: {
    title: 'Escalate the incident?',
    text: (who) => `Calls now: ${who}.`,
    textUnknown: 'Calls the next level of the escalation matrix now.',
    acknowledgedToo: 'It is no longer acknowledged until somebody answers.',
    confirm: 'Call now',
    deny: 'Not now',
  },

  events: {
    opened: say`🚨 The incident opened`,
    declared: (who) => say`🚨 ${who} declared the incident`,
    alertJoined: (title, count) => say`➕ more alerts: ${title} (${count})`,
    upgraded: (from, to) => say`⬆️ *It got worse: from ${from} to ${to}*`,
    acknowledged: (who) => say`✋ *${who} has it*`,
    unacknowledged: say`🔴 *Nobody has it any more*`,
    escalated: (who, level) => say`⏫ *${who} escalated* to level ${level}`,
    resolved: (who) => say`✅ *${who} resolved it*`,
    over: say`✅ *Over:* no alert fires any more`,
    assigned: (who, to) => say`👤 ${who} assigned it to ${to}`,
    note: (who, text) => say`📝 ${who}: ${text}`,
    role: (who, role, person) => say`🎖️ ${who} made ${person} *${role}*`,
    channel: (who, channel) => say`💬 ${who} opened the channel ${channel}`,
    silenced: (who, duration) => say`🔕 ${who} silenced it for ${duration}`,
    flapping: say`🔁 The alerts come and go: it stays open until they calm down`,
    stillFiring: say`⏰ *It still fires.* Is somebody still on it? Without an answer the escalation begins again.`,
    exhausted: say`🆘 *Everybody was called, in every round, and nobody answered*`,
    unowned: (times) => say`👀 *Still nobody has it* (reminder ${times})`,
    pageProblem: (level, problem) =>
      say`⚠️ The call of level ${level} did not go out by PagerDuty: ${problem}`,
    fallback: (level) => say`⚠️ PagerDuty has not confirmed level ${level}: told in Slack`,
    stillRings: (level) =>
      say`🔔 *PagerDuty still rings for this* (level ${level}): it did not act on what was done here. Silence it on the phone.`,
    breakGlass: (who) => say`🔨 ${who} broke the glass`,
    reopenedThere: (who) => say`↩️ ${who} reopened it in PagerDuty`,
    escalatedThere: (who) => say`⏫ ${who} passed it on within PagerDuty`,
    closedThere: say`⚠️ PagerDuty closed its incident by itself; here it is still open`,
    page: (level, who) => say`📟 called level ${level}${who === '' ? '' : say`: ${who}`}`,
    skipped: (level, who) => say`⏭️ level ${level} skipped: nobody on call (${who})`,
    stillWorking: (who) => say`💪 ${who} is still on it`,
    other: (who, kind) => say`${who}: ${kind}`,
    job: (id) => say`(#${id})`,
    because: (reason) => say`“${reason}”`,
    standDown: (people) => say`${people} can stand down.`,
    paged: (who, people) =>
      say`📟 *Calling ${who}*${people.mrkdwn === '' ? '' : say`: ${people}`}. Nobody had taken it.`,
  },

  fallback: {
    mention: (people, id) =>
      say`📟 ${people} *this is for you:* PagerDuty has not got through. Incident #${id}, above.`,
    nobody: (who) =>
      say`📟 *${who}* could not be called by PagerDuty and has no Slack account. *Phone them.*`,
    direct: say`📟 *You are being called.* PagerDuty has not confirmed, so you are told here.`,
    answered: say`You were called for this; somebody has it now.`,
    over: say`You were called for this; it is over.`,
  },

  list: {
    title: 'Open incidents',
    none: say`No open incidents. 🎉`,
    more: (count) => say`… and ${count} more`,
    owner: (name) => say`with ${name}`,
    noOwner: say`nobody has it`,
  },
  timeline: {
    title: (id) => `Timeline of incident #${id}`,
    older: 'Older',
    newer: 'Newer',
    none: say`Nothing has happened yet.`,
    page: (page, pages) => say`page ${page} of ${pages}`,
  },
  stats: {
    title: 'Incidents per week',
    none: say`There have been no incidents yet.`,
    pages: (people) => say`📟 called: ${people}`,
    columns: {
      week: 'Week',
      levels: 'Crit/High/Med',
      acknowledge: 'Ack.',
      resolve: 'Resolve',
      pages: 'Pages',
    },
    explained: say`Times to acknowledge and to resolve: median.`,
  },
  silences: {
    title: 'Silences in force',
    none: say`No silence is in force.`,
    line: (silence) =>
      say`🔕 *#${silence.id}* ${silence.matchers} until ${silence.until} · ${silence.who}: “${silence.reason}”`,
    matcher: (label, value) => code(`${label}=${value}`),
    made: (silence) =>
      say`🔕 Silence *#${silence.id}* until ${silence.until}. To end it sooner: ${code(`/incident unsilence ${silence.id}`)}.`,
    ended: (id) => say`🔔 Silence *#${id}* ended.`,
  },

  answers: {
    isOpen: (id) => say`Incident *#${id}* is open, and nobody has taken it.`,
    isTaken: (id, who, when) => say`*${who}* has had incident *#${id}* since ${when}.`,
    isResolved: (id, who, when) => say`Incident *#${id}* has been resolved by ${who}, ${when}.`,
    isOver: (id, when) => say`Incident *#${id}* is over already, ${when}.`,
    escalatedBefore: (id, who, when) =>
      say`Somebody has escalated incident *#${id}* already: ${who} was called${when === null ? '' : say`, the next one at ${when}`}.`,
    acknowledged: (id) => say`✋ Incident *#${id}* is yours. The escalation has stopped.`,
    assigned: (id, to) => say`Incident *#${id}* is now ${to}’s.`,
    noted: (id) => say`Noted on incident *#${id}*.`,
    role: (id, role, person) => say`Incident *#${id}*: ${person} is *${role}*.`,
    channel: (id, channel) => say`The channel of incident *#${id}*: ${channel}.`,
    channelRefused: (code) =>
      say`Slack would not open the channel (${code}). Whoever looks after Plantão sees what is missing with ${'npm run check-slack'}.`,
    escalate: (id, who) => say`*Escalate incident #${id}?* ${who}`,
    cannotEscalate: (id) => say`Incident *#${id}* has nobody to be escalated to.`,
    postmortem: {
      coming: (id) => say`The postmortem of incident *#${id}* goes to its thread, as a file.`,
      there: (id) => say`The postmortem of incident *#${id}* is in its thread already, as a file.`,
    },
    postmortemSaid: (id) => say`📄 Postmortem of incident *#${id}*, to be completed.`,
    stillWorking: say`Thank you. You are asked again if it goes on firing.`,
    noneOpen: say`No open incidents. 🎉`,
    which: say`More than one incident is open. Which one?`,
    missingRole: say`Say which role: ${code('commander')} or ${code('scribe')}.`,
    notARole: (word) => say`“${word}” is not a role. Use ${code('commander')} or ${code('scribe')}.`,
    missingNote: say`The note is missing, between quotes.`,
    missingSilence: say`The number of the silence is missing: ${code('/incident silences')} shows which there are.`,
  },

  topic: (parts) =>
    `Incident #${parts.id} · ${parts.level}${parts.environment === null ? '' : ` · ${parts.environment}`} · ${parts.title}`,

  forms: {
    which: { label: 'Incident', placeholder: 'Which one?' },
    option: (id, title) => `#${id} ${title}`,
    loadingAbout: (id) => say`Incident *#${id}*`,
    resolveReason: {
      label: 'What resolved it',
      hint: 'Shown on the incident and in the postmortem.',
      placeholder: 'Restarted the pod',
    },
    stillFiring: (firing) =>
      say`⚠️ *Alerts that still fire: ${firing}.* If you resolve it now and they go on firing, another incident opens soon after.`,
    person: { label: 'Who', placeholder: 'Choose a person' },
    role: { label: 'Role', placeholder: 'Which one?' },
    note: { label: 'Note', hint: 'Goes to the timeline and the thread of the incident.' },
    silenceUntil: { label: 'Silence until' },
    silenceTooLong: say`A silence lasts a week at most: choose an earlier time.`,
    silenceReason: {
      label: 'Reason',
      hint: 'Everybody sees it. Alerts like these open no incident until then.',
    },
    silences: (matchers) => say`Silences the alerts with ${matchers}. If nobody has it yet, you do.`,
    silencesAll: say`Silences what the alerts of the incident have in common. If nobody has it yet, you do.`,
    nothingToSilence: say`⚠️ This incident has no alerts: there is nothing to silence.`,
  },
}
