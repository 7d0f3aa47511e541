import { code, joined, say, type Mrkdwn } from '../mrkdwn.ts'

const all = (names: readonly string[]): Mrkdwn => joined(names.map(code), ', ')

/** What is said about a command that cannot be taken as it was typed, and the short answers to one that can. */
export const asking = {
  didYouMean: (form: string) => say`Você quis dizer ${code(form)}?`,
  writeLike: (usage: string, example: string) =>
    say`Escreva assim: ${code(usage)} (por exemplo, ${code(example)}).`,
  seeHelp: (command: string) => say`${code(`/${command} ajuda`)} mostra o que dá para fazer.`,
  forExample: (example: string) => say`Por exemplo: ${code(example)}.`,

  /** The word before the reason for going past a freeze. */
  overrideWord: 'forçar',
  forWord: 'por',
  untilWord: 'até',

  missing: {
    environment: say`Falta dizer o ambiente.`,
    version: say`Falta dizer a versão.`,
    number: say`Falta o número do pedido.`,
    incidentNumber: say`Falta o número do incidente.`,
    reason: say`Falta o motivo, entre aspas.`,
    title: say`Falta o título, entre aspas.`,
    level: say`Falta o nível: 1 (crítico), 2 (alto) ou 3 (médio).`,
    time: say`Falta dizer até quando: ${code('até 18:00')}, ${code('até amanhã 08:00')} ou ${code('por 2h')}.`,
    person: say`Falta dizer quem: mencione com @.`,
    subcommand: say`Falta dizer o que fazer.`,
    word: say`Falta uma palavra no fim do comando.`,
  },
  unknownEnvironment: (word: string, known: readonly string[]) =>
    say`Não conheço o ambiente “${word}”. Existem: ${all(known)}.`,
  notAVersion: (word: string) =>
    say`“${word}” não é uma versão. Uma versão se escreve como ${code('v1.4.0')}.`,
  notANumber: (word: string) => say`“${word}” não é um número como ${code('42')}.`,
  notARevision: (word: string) =>
    say`“${word}” não é uma revisão. Uma revisão é um número como ${code('5')}.`,
  versionHasRevision: (version: string, revision: number) => say`${code(version)} é a revisão ${revision}.`,
  versionHasNoRevision: (version: string, environment: string) =>
    say`${code(version)} não está no histórico de ${environment}; para colocar essa versão no ar, use ${code(`/deploy ${environment} ${version}`)}.`,
  notABackup: (word: string) => say`“${word}” não é o nome de um backup.`,
  notASku: (word: string) => say`“${word}” não é um SKU.`,
  notAnEntity: (word: string) =>
    say`Não sei sincronizar “${word}”. Dá para sincronizar ${all(['produtos', 'estoque', 'preços', 'pedidos', 'tudo'])}.`,
  notAPerson: (word: string) => say`“${word}” não é uma pessoa. Mencione com @.`,
  notALevel: (word: string) => say`“${word}” não é um nível. Use 1 (crítico), 2 (alto) ou 3 (médio).`,
  notATime: (word: string) =>
    say`Não entendi “${word}” como prazo. Use ${code('até 18:00')}, ${code('até amanhã 08:00')}, ${code('até 24/11 08:00')} ou ${code('por 2h')}.`,
  timeHasPassed: (word: string) => say`“${word}” já passou.`,
  unknownSubcommand: (word: string) => say`Não conheço “${word}”.`,
  noOptions: (word: string) =>
    say`“${word}” começa com hífen: aqui não se usam opções, só as palavras do comando.`,
  tooMany: (word: string) => say`Não entendi “${word}” no fim do comando.`,
  needsQuotes: say`Escreva o texto entre aspas.`,
  tooShort: (minimum: number) => say`O texto entre aspas precisa de pelo menos ${minimum} letras.`,
  tooLong: (maximum: number) => say`O texto entre aspas passa de ${maximum} letras.`,

  requested: (id: number, channel: Mrkdwn) => say`Pedido *#${id}* registrado. Acompanhe em ${channel}.`,
  cancelAsked: (id: number) => say`Cancelamento de *#${id}* pedido.`,
  retried: (id: number) => say`*#${id}* vai tentar de novo.`,
  frozen: (who: string, environment: string, until: Mrkdwn, reason: string) =>
    say`❄️ ${who} congelou *${environment}* até ${until}: “${reason}”. Rollbacks continuam liberados.`,
  unfrozen: (who: string, environment: string) => say`${who} descongelou *${environment}*.`,
  wasNotFrozen: (environment: string) =>
    say`*${environment}* não tinha congelamento feito à mão. Janelas programadas ficam no arquivo do runbook.`,
  incidentDeclared: (id: number, channel: Mrkdwn) => say`Incidente *#${id}* aberto. Acompanhe em ${channel}.`,
  incidentResolved: (id: number) => say`Incidente *#${id}* resolvido.`,
}

export type AskingTexts = typeof asking
