import type { Texts } from '../texts/index.ts'
import { code, lines, say, outside } from '../texts/mrkdwn.ts'
import type { CommandHelp, CommandName } from '../texts/pt-BR/help.ts'
import { message, section, type Message } from './blocks.ts'

/** What a command does, with examples to type; that of /ops names the other commands too. */
export function helpView(command: CommandName, texts: Texts): Message {
  const { help } = texts
  const own = help[command]
  const all = command === 'incident' ? [...own.examples, ...help.further] : own.examples
  const examples = all.map(([typed, does]) => say`• ${code(typed)} ${does}`)
  const others = otherCommands.map((name) => usageLine(help[name]))
  return message(outside(own.summary), [
    section(lines([code(own.usage), outside(own.summary)])),
    section(lines([say`*${help.examples}*`, ...examples])),
    ...(command === 'ops' ? [section(lines([say`*${help.others}*`, ...others]))] : []),
  ])
}

const otherCommands = ['deploy', 'rollback', 'restore', 'sync', 'incident'] as const satisfies CommandName[]

const usageLine = ({ usage, summary }: CommandHelp) => say`• ${code(usage)} ${summary}`
