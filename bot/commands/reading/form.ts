import type { Answer, Asked, Deps } from '../../asked.ts'
import { textsFor, type Texts } from '../../texts/index.ts'
import { joined, type Mrkdwn } from '../../texts/mrkdwn.ts'
import type { CommandName } from '../../texts/pt-BR/help.ts'
import type { Word } from '../words.ts'
import { simplified } from './nearest.ts'
import { beginsWithDash, type Asking, type Reader, type Reading } from './reader.ts'

/** How a command wants to be typed. */
export interface Form<T> {
  command: CommandName
  /** For /ops and /incident: the word as it was typed, and all its names. Null: that word is what is read. */
  subcommand?: { typed: string; names: readonly string[] } | null
  reader: Reader<T>
}

/** The values of a command, or the answer to somebody who typed something else. */
export function readForm<T>(
  words: readonly Word[],
  form: Form<T>,
  asking: Asking,
): { ok: true; value: T } | { ok: false; answer: Answer } {
  const reading = readAll(words, form.reader, asking)
  if (reading.ok) return reading
  const nearest = reading.nearest ?? exchanged(words, form.reader, asking)
  const sentences = [reading.problem, whatToType(form, nearest, asking.texts)]
  return { ok: false, answer: { text: joined(sentences, ' ').mrkdwn } }
}

export function askingFrom(asked: Asked, deps: Deps): Asking {
  return {
    texts: textsFor(asked.locale),
    locale: asked.locale,
    environments: deps.settings.environments,
    now: deps.now(),
    timeZone: isTimeZone(asked.timeZone) ? asked.timeZone : deps.settings.timeZone,
  }
}

export function isHelp(words: readonly Word[]): boolean {
  const [first] = words
  return first?.kind === 'word' && ['help', 'ajuda', '?'].includes(simplified(first.text))
}

/** Every word has to have its place. */
function readAll<T>(words: readonly Word[], reader: Reader<T>, asking: Asking): Reading<T> {
  const reading = reader(words, asking)
  const [extra] = reading.rest
  if (!reading.ok || extra === undefined) return reading
  const { noOptions, tooMany } = asking.texts.asking
  const problem = beginsWithDash(extra) ? noOptions(extra.text) : tooMany(extra.text)
  return { ok: false, problem, nearest: reading.typed, rest: [] }
}

/** The first two words the other way round, where that makes sense: "/deploy v1.4.0 staging". */
function exchanged<T>(
  [first, second, ...rest]: readonly Word[],
  reader: Reader<T>,
  asking: Asking,
): string | null {
  if (!first || !second) return null
  const reading = readAll([second, first, ...rest], reader, asking)
  return reading.ok ? reading.typed : reading.nearest
}

function whatToType(form: Form<unknown>, nearest: string | null, texts: Texts): Mrkdwn {
  const { asking, help } = texts
  const begin = ['/' + form.command, ...(form.subcommand ? [form.subcommand.typed] : [])].join(' ')
  if (nearest !== null) return asking.didYouMean(`${begin} ${nearest}`.trim())
  if (form.subcommand === null) return asking.seeHelp(form.command)
  const { usage, examples } = help[form.command]
  const known = [...examples, ...help.further]
  const example = known.find(([typed]) => isExampleOf(typed, form))?.[0] ?? usage
  return form.subcommand ? asking.forExample(example) : asking.writeLike(usage, example)
}

function isExampleOf(typed: string, { command, subcommand }: Form<unknown>): boolean {
  const [name, second = ''] = typed.split(' ')
  const isSubcommand = !subcommand || subcommand.names.some((one) => simplified(one) === simplified(second))
  return name === `/${command}` && isSubcommand
}

function isTimeZone(name: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
