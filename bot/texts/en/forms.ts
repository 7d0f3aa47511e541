import { list } from '../formats.ts'
import { code, say } from '../mrkdwn.ts'
import type { FormsTexts } from '../pt-BR/forms.ts'

const whom = (admins: readonly string[]): string =>
  admins.length === 0 ? 'whoever looks after Plantão' : list(admins, 'en')

export const forms: FormsTexts = {
  loading: say`⏳ Opening the form…\nIf it does not open in a few seconds, try again.`,
  broken: say`⚠️ Something went wrong while this form was made. Try again; if it happens again, tell whoever looks after Plantão.`,
  restarting: say`⚠️ Plantão is being restarted just now. Nothing was asked for; try again in a moment.`,
  again: 'Try again',
  close: 'Cancel',
  dismiss: 'Close',
  titles: {
    deploy: 'Deploy',
    rollback: 'Roll back',
    restore: 'Restore a backup',
    sync: 'Sync',
    backup: 'Take a backup',
    freeze: 'Freeze deploys',
    declare: 'Declare an incident',
    resolve: 'Resolve the incident',
    assign: 'Assign the incident',
    note: 'Add a note',
    role: 'Role in the incident',
    silence: 'Silence alerts',
    override: 'Override on call',
  },
  submits: {
    deploy: 'Deploy',
    rollback: 'Roll back',
    restore: 'Restore',
    sync: 'Sync',
    backup: 'Take a backup',
    freeze: 'Freeze',
    declare: 'Declare',
    resolve: 'Resolve',
    assign: 'Assign',
    note: 'Add note',
    role: 'Set',
    silence: 'Silence',
    override: 'Override',
  },
  chooseFirst: say`Choose the environment to see the rest.`,

  fields: {
    environment: { label: 'Environment', placeholder: 'Where?' },
    choices: {
      deploy: {
        label: 'Version',
        placeholder: 'Search or type, such as v1.4.0',
        hint: 'First those that were live before, then the others of the registry.',
      },
      rollback: { label: 'Go back to', placeholder: 'Search by version, revision or person' },
      restore: { label: 'Backup', placeholder: 'Search by date or id' },
    },
    override: {
      label: 'Reason for going past the freeze',
      hint: 'It is recorded and shown on the job for everybody.',
    },
    confirm: (environment) => ({
      label: `To confirm, type ${environment}`,
      hint: 'This environment needs approval: check before you send.',
    }),
    entity: { label: 'What to sync', placeholder: 'What?' },
    sku: {
      label: 'Only this SKU',
      hint: 'Leave it empty for all. Upper and lower case matter.',
      placeholder: 'CAMISA-P',
    },
    title: { label: 'What is going on', placeholder: 'The shop is down' },
    level: { label: 'How bad it is', placeholder: 'How bad?' },
    affected: { label: 'Affected environment', placeholder: 'All of them' },
    until: { label: 'Freeze until' },
    freezeReason: {
      label: 'Reason',
      hint: 'Everybody in the channel sees it. Rollbacks stay possible.',
      placeholder: 'Black Friday',
    },
  },
  entities: {
    all: 'Everything',
    products: 'Products',
    stock: 'Stock',
    prices: 'Prices',
    orders: 'Orders',
  },
  levels: { 1: '1 · critical', 2: '2 · high', 3: '3 · medium' },

  choices: {
    typed: 'As typed',
    asTyped: 'Use exactly what I typed',
    history: 'Were live before',
    registry: 'In the registry',
    previous: 'The last one that worked before this',
    release: (version, revision) => `${version} (revision ${revision})`,
    latest: 'The newest',
    rows: (count) => `${count} rows`,
    statuses: {
      pending: 'in progress',
      deployed: 'live now',
      superseded: 'worked',
      failed: 'failed',
      'rolled-back': 'was undone',
    },
  },

  preview: {
    looking: say`⏳ Looking at what will change…`,
    unknown: say`⚠️ What will change cannot be seen right now. You may send it all the same: the job shows the change before making it.`,
    problem: (why) => say`⚠️ What will change cannot be seen right now. ${why}`,
    refused: (why) => say`⛔ ${why}`,
    willChange: say`*What will change*`,
    frozen: (environment, until, reason) => say`❄️ *${environment} is frozen* until ${until}: “${reason}”.`,
    mayOverride: say`You may go past it: say why below.`,
    mayNotOverride: say`Wait, or ask somebody who may go past the freeze.`,
    waits: (place) =>
      say`🔒 It will wait its turn: *#${place.jobId}* (${place.kind}, by ${place.who}) is ahead since ${place.since}${place.others > 0 ? `, and ${place.others} more in line` : ''}.`,
    approval: (quorum, roles) =>
      quorum === 1
        ? say`✋ Another person has to approve it (${roles}) before it starts.`
        : say`✋ ${quorum} other people have to approve it (${roles}) before it starts.`,
  },

  missing: say`Fill in this field.`,
  typeTheName: (environment) => say`Type ${environment}, exactly like this.`,
  notInFuture: say`Choose a moment that is still to come.`,
  stillDrawing: say`The form was still changing to this environment. Check it and send it again.`,
  isFrozen: (environment, until, reason) =>
    say`${environment} is frozen until ${until}: “${reason}”. Wait, or ask somebody who may go past it.`,
  notAllowed: (admins) => say`You are not allowed to do this. If you need it, talk to ${whom(admins)}.`,

  guide: {
    intro: say`*What can be done here*\nChoose a topic. Each button opens a form; or type the command, as in the examples.`,
    open: 'Open',
    freeze: say`*Hold deploys back for a while*`,
    onCall: say`*On call*: who answers now, and who takes over for a while`,
    backup: say`*Take a backup now*`,
    topics: {
      releases: 'Deploys and rollbacks',
      data: 'Backups and sync',
      incidents: 'Incidents',
      jobs: 'Following jobs',
      people: 'People and settings',
    },
    help: say`Type ${code('help')} after any command to see only its examples.`,
  },
  diagnose: {
    later: say`🔎 Diagnosis from a message does not exist yet. In the meantime:`,
    meanwhile: say`• ${code('/ops status')} shows what is live and how healthy each environment is\n• ${code('/ops jobs')} shows the recent jobs, and ${code('/ops log 42')} follows the log of one\n• If something is down, declare an incident`,
  },
}
