import { code, joined, say, type Mrkdwn } from '../mrkdwn.ts'
import type { AskingTexts } from '../pt-BR/asking.ts'

const all = (names: readonly string[]): Mrkdwn => joined(names.map(code), ', ')

export const asking: AskingTexts = {
  didYouMean: (form) => say`Did you mean ${code(form)}?`,
  writeLike: (usage, example) => say`Write it like this: ${code(usage)} (for example, ${code(example)}).`,
  seeHelp: (command) => say`${code(`/${command} help`)} shows what can be done.`,
  forExample: (example) => say`For example: ${code(example)}.`,

  overrideWord: 'override',
  forWord: 'for',
  untilWord: 'until',

  missing: {
    environment: say`The environment is missing.`,
    version: say`The version is missing.`,
    number: say`The number of the job is missing.`,
    incidentNumber: say`The number of the incident is missing.`,
    reason: say`The reason is missing, in quotes.`,
    title: say`The title is missing, in quotes.`,
    level: say`The level is missing: 1 (critical), 2 (high) or 3 (medium).`,
    time: say`Say until when: ${code('until 18:00')}, ${code('until tomorrow 08:00')} or ${code('for 2h')}.`,
    person: say`Say who: mention them with @.`,
    subcommand: say`What should be done is missing.`,
    word: say`A word is missing at the end of the command.`,
  },
  unknownEnvironment: (word, known) => say`I know no environment “${word}”. There are: ${all(known)}.`,
  notAVersion: (word) => say`“${word}” is not a version. A version is written like ${code('v1.4.0')}.`,
  notANumber: (word) => say`“${word}” is not a number like ${code('42')}.`,
  notARevision: (word) => say`“${word}” is not a revision. A revision is a number like ${code('5')}.`,
  versionHasRevision: (version, revision) => say`${code(version)} is revision ${revision}.`,
  versionHasNoRevision: (version, environment) =>
    say`${code(version)} is not in the history of ${environment}; to put that version live, use ${code(`/deploy ${environment} ${version}`)}.`,
  notABackup: (word) => say`“${word}” is not the name of a backup.`,
  notASku: (word) => say`“${word}” is not a SKU.`,
  notAnEntity: (word) =>
    say`I cannot sync “${word}”. What can be synced: ${all(['products', 'stock', 'prices', 'orders', 'all'])}.`,
  notAPerson: (word) => say`“${word}” is not a person. Mention them with @.`,
  notALevel: (word) => say`“${word}” is not a level. Use 1 (critical), 2 (high) or 3 (medium).`,
  notATime: (word) =>
    say`I do not understand “${word}” as a time. Use ${code('until 18:00')}, ${code('until tomorrow 08:00')}, ${code('until 2026-11-24 08:00')} or ${code('for 2h')}.`,
  timeHasPassed: (word) => say`“${word}” has passed already.`,
  unknownSubcommand: (word) => say`I do not know “${word}”.`,
  noOptions: (word) =>
    say`“${word}” starts with a hyphen: there are no options here, only the words of the command.`,
  tooMany: (word) => say`I do not understand “${word}” at the end of the command.`,
  needsQuotes: say`Put the text in quotes.`,
  tooShort: (minimum) => say`The text in quotes needs at least ${minimum} letters.`,
  tooLong: (maximum) => say`The text in quotes has more than ${maximum} letters.`,

  requested: (id, channel) => say`Job *#${id}* recorded. Follow it in ${channel}.`,
  cancelAsked: (id) => say`Asked to cancel *#${id}*.`,
  retried: (id) => say`*#${id}* will try again.`,
  frozen: (who, environment, until, reason) =>
    say`❄️ ${who} froze *${environment}* until ${until}: “${reason}”. Rollbacks stay possible.`,
  unfrozen: (who, environment) => say`${who} lifted the freeze of *${environment}*.`,
  wasNotFrozen: (environment) =>
    say`*${environment}* had no freeze made by hand. Scheduled windows are in the runbook file.`,
  incidentDeclared: (id, channel) => say`Incident *#${id}* opened. Follow it in ${channel}.`,
  incidentResolved: (id) => say`Incident *#${id}* resolved.`,
}
