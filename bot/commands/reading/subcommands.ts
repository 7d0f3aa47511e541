import type { Answer, Asked, CommandHandler, Deps } from '../../asked.ts'
import { ifMayLook } from '../../looking.ts'
import type { CommandName } from '../../texts/pt-BR/help.ts'
import { readWords, typedAgain, type Word } from '../words.ts'
import { guideView } from '../../views/guide.ts'
import { helpView } from '../../views/help.ts'
import { askingFrom, isHelp, readForm, type Form } from './form.ts'
import { oneOf, type Asking, type Choice, type Reader } from './reader.ts'

/** What a subcommand is given: the words after its own name, and how that name was typed. */
export interface SubcommandInput {
  asked: Asked
  deps: Deps
  asking: Asking
  words: readonly Word[]
  form: Omit<Form<unknown>, 'reader'>
}

export type Subcommand = (input: SubcommandInput) => Promise<Answer | null>

/** A command whose first word says what to do; alone it shows its help. */
export function withSubcommands(
  command: CommandName,
  choices: readonly Choice<Subcommand>[],
): CommandHandler {
  return async (asked, deps) => {
    const asking = askingFrom(asked, deps)
    const words = readWords(asked.text)
    if (words.length === 0 || isHelp(words)) {
      return command === 'ops' ? guideView(asking.texts) : helpView(command, asking.texts)
    }
    const read = readForm(words, { command, subcommand: null, reader: firstWord(choices) }, asking)
    if (!read.ok) return read.answer
    const { choice, typed } = read.value
    const form = { command, subcommand: { typed, names: choice.names } }
    return await choice.value({ asked, deps, asking, words: words.slice(1), form })
  }
}

/** Reads the values of a subcommand and acts on them, or answers what was wrong with them. */
export function reading<T>(
  reader: Reader<T>,
  act: (value: T, input: SubcommandInput) => Promise<Answer | null>,
): Subcommand {
  return async (input) => {
    const read = readForm(input.words, { ...input.form, reader }, input.asking)
    return read.ok ? await act(read.value, input) : read.answer
  }
}

/** For subcommands that only show something. */
export function looking<T>(
  reader: Reader<T>,
  look: (value: T, input: SubcommandInput) => Promise<Answer | null>,
): Subcommand {
  return reading(
    reader,
    async (value, input) => await ifMayLook(input.asked, input.deps, async () => await look(value, input)),
  )
}

/** For subcommands without values. */
export const nothing: Reader<null> = (words) => ({ ok: true, value: null, typed: '', rest: words })

/** The words that follow are for the subcommand to read; a proposed form keeps them. */
function firstWord(
  choices: readonly Choice<Subcommand>[],
): Reader<{ choice: Choice<Subcommand>; typed: string }> {
  const name = oneOf(
    choices.map((choice) => ({ value: choice, names: choice.names })),
    {
      missing: (texts) => texts.asking.missing.subcommand,
      unknown: (word, texts) => texts.asking.unknownSubcommand(word),
    },
  )
  return (words, asking) => {
    const read = name(words, asking)
    const withRest = (first: string): string => `${first} ${typedAgain(read.rest)}`.trim()
    if (!read.ok) return { ...read, nearest: read.nearest === null ? null : withRest(read.nearest), rest: [] }
    return {
      ok: true,
      value: { choice: read.value, typed: read.typed },
      typed: withRest(read.typed),
      rest: [],
    }
  }
}
