import type { Button, KnownBlock } from '@slack/web-api'
import type { FormName } from '../forms/form.ts'
import type { Texts } from '../texts/index.ts'
import { code, lines, outside, say } from '../texts/mrkdwn.ts'
import type { CommandName } from '../texts/pt-BR/help.ts'
import { actions, button, context, divider, message, section, type Message } from './blocks.ts'

/** What can be done, with a button that opens the form for it and the words that do the same. */
export function guideView(texts: Texts): Message {
  const { guide } = texts.forms
  return message(outside(texts.help.ops.summary), [
    section(guide.intro),
    divider(),
    ...commandBlocks('deploy', 'deploy', texts),
    ...commandBlocks('rollback', 'rollback', texts),
    ...commandBlocks('restore', 'restore', texts),
    ...commandBlocks('sync', 'sync', texts),
    ...commandBlocks('incident', 'declare', texts),
    divider(),
    section(guide.freeze, openButton('freeze', texts)),
    section(guide.backup, openButton('backup', texts)),
    section(lines([guide.everyday, ...examplesOf('ops', texts, everydayExamples)])),
    context(guide.help),
  ])
}

/** For a message that somebody wants diagnosed: that it cannot be done yet, and what can be done now. */
export function diagnoseView(texts: Texts): Message {
  const { later, meanwhile } = texts.forms.diagnose
  return message(later, [
    section(lines([later, meanwhile])),
    ...actions([openButton('declare', texts, true)]),
  ])
}

function commandBlocks(command: CommandName, form: FormName, texts: Texts): KnownBlock[] {
  const { summary, usage } = texts.help[command]
  return [
    section(lines([say`*${code(usage)}*`, outside(summary)]), openButton(form, texts)),
    context(lines(examplesOf(command, texts, examplesPerCommand))),
  ]
}

/** More would not fit on a phone; `help` after a command shows them all. */
const examplesPerCommand = 2
const everydayExamples = 7

const examplesOf = (command: CommandName, texts: Texts, count: number) =>
  texts.help[command].examples.slice(0, count).map(([typed, does]) => say`• ${code(typed)} ${does}`)

function openButton(form: FormName, texts: Texts, isNamed = false): Button {
  const { guide, titles } = texts.forms
  return button({ id: 'form.open', value: form, text: isNamed ? titles[form] : guide.open })
}
