import type { HelpTexts } from '../pt-BR/help.ts'

const opsExamples: HelpTexts['opsExamples'] = {
  jobs: [
    ['/ops status', 'what is live and what is going on'],
    ['/ops jobs', 'the newest jobs'],
    ['/ops job 42', 'one job'],
    ['/ops log 42', 'follows the log of a job, in its thread'],
    ['/ops log 42 file', 'the whole log, in the thread of its message'],
    ['/ops cancel 42', 'stops a job, in any step'],
    ['/ops retry 42', 'tries again from where it stopped'],
    ['/ops locks', 'whose turn it is, and what is frozen'],
  ],
  freezes: [
    ['/ops freeze production until 18:00 "Black Friday"', 'holds deploys until 6 p.m.'],
    ['/ops unfreeze production', 'lets them go before that'],
  ],
  backups: [['/ops backup production', 'takes a backup now']],
  onCall: [
    ['/ops oncall', 'who is on call, who is next and who would be called'],
    ['/ops oncall override @maria until 18:00', 'somebody else is on call for a while'],
    ['/ops oncall cancel 3', 'undoes an override'],
  ],
  people: [
    ['/ops whoami', 'what you may do'],
    ['/ops settings', 'what you are sent'],
    ['/ops revoke @bruno', 'takes back roles given from Slack'],
  ],
}

export const help: HelpTexts = {
  examples: 'Examples',
  deploy: {
    summary: 'Puts a version live. In production somebody else approves first.',
    usage: '/deploy ENVIRONMENT VERSION',
    examples: [
      ['/deploy staging v1.4.0', 'puts v1.4.0 live in staging'],
      ['/deploy production v1.4.0', 'asks for approval, then puts it live'],
      ['/deploy production v1.4.1 override "fixes the checkout"', 'goes past a freeze, with a reason'],
    ],
  },
  rollback: {
    summary: 'Goes back to a version that was live before. Waits for no freeze.',
    usage: '/rollback ENVIRONMENT [REVISION]',
    examples: [
      ['/rollback production', 'back to the last one that worked'],
      ['/rollback production 5', 'back to revision 5'],
    ],
  },
  restore: {
    summary:
      'Restores a backup into a new database, checks it, and only then swaps. The old database is kept.',
    usage: '/restore ENVIRONMENT [BACKUP]',
    examples: [
      ['/restore staging', 'restores the newest backup'],
      ['/ops backup staging', 'takes a backup now'],
    ],
  },
  sync: {
    summary: 'Makes Mercado Livre equal to Bling: reads both, compares, writes only what differs.',
    usage: '/sync [products|stock|prices|orders|all] [SKU]',
    examples: [
      ['/sync all', 'syncs everything'],
      ['/sync stock', 'only the stock'],
      ['/sync prices CAMISA-P', 'only the price of one product'],
    ],
  },
  ops: {
    summary: 'The daily work of operations.',
    usage: '/ops WHAT-TO-DO',
    examples: Object.values(opsExamples).flat(),
  },
  incident: {
    summary:
      'Incidents, from alert to postmortem. Without a number: that of the channel, or the only open one. An open critical one allows emergencies without the second person.',
    usage: '/incident declare LEVEL "TITLE" [ENVIRONMENT]',
    examples: [
      ['/incident declare 1 "shop is down" production', 'opens a critical incident'],
      ['/incident list', 'the open incidents'],
      ['/incident ack 7', 'stops the escalation: it is yours now'],
      ['/incident escalate 7', 'calls the next level'],
      ['/incident resolve 7 "restarted the pod"', 'ends it, and says why'],
      ['/incident note 7 "restarted the pod"', 'goes to the timeline'],
      ['/incident silence 7 for 2h "new disk"', 'alerts like it open no other'],
      ['/incident stats', 'times and calls per week'],
    ],
  },
  further: [
    ['/incident show 7', 'one incident'],
    ['/incident assign 7 @maria', 'gives it to somebody else'],
    ['/incident role 7 commander @maria', 'who leads; or scribe'],
    ['/incident channel 7', 'opens a channel for it alone'],
    ['/incident timeline 7', 'what happened, in pages'],
    ['/incident postmortem 7', 'the postmortem, in its thread'],
    ['/incident silences', 'what is silent'],
    ['/incident unsilence 3', 'ends a silence'],
  ],
  opsExamples,
  others: 'Other commands',
}
