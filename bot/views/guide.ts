import type { Button, KnownBlock, PlainTextOption, SectionBlock } from '@slack/web-api'
import { z } from 'zod'
import type { FormName } from '../forms/form.ts'
import type { Texts } from '../texts/index.ts'
import { code, joined, lines, outside, plain, say, type Mrkdwn } from '../texts/mrkdwn.ts'
import type { CommandName, Example } from '../texts/pt-BR/help.ts'
import { actions, button, context, divider, message, section, type Message } from './blocks.ts'

export const Topic = z.enum(['releases', 'data', 'incidents', 'jobs', 'people'])
export type Topic = z.infer<typeof Topic>

/**
 * What can be done, one topic at a time so that it fits on a phone: a button opens the form for it, and the words that
 * do the same are beside it.
 */
export function guideView(texts: Texts, topic: Topic = 'releases'): Message {
  const { guide } = texts.forms
  return message(outside(texts.help.ops.summary), [
    topicSelect(topic, texts),
    context(joined(commands.map((name) => code(`/${name}`)))),
    divider(),
    ...topicBlocks(topic, texts),
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

const commands: CommandName[] = ['deploy', 'rollback', 'restore', 'sync', 'incident', 'ops']

function topicSelect(chosen: Topic, texts: Texts): SectionBlock {
  const { intro, topics } = texts.forms.guide
  const option = (value: Topic): PlainTextOption => ({
    text: { type: 'plain_text', text: plain(topics[value], 75) },
    value,
  })
  return {
    ...section(intro),
    accessory: {
      type: 'static_select',
      action_id: 'guide.topic',
      options: Topic.options.map(option),
      initial_option: option(chosen),
    },
  }
}

function topicBlocks(topic: Topic, texts: Texts): KnownBlock[] {
  const { guide } = texts.forms
  const { opsExamples, incident } = texts.help
  switch (topic) {
    case 'releases':
      return [
        ...commandBlocks('deploy', 'deploy', texts),
        ...commandBlocks('rollback', 'rollback', texts),
        section(guide.freeze, openButton('freeze', texts)),
        context(exampleLines(opsExamples.freezes)),
      ]
    case 'data':
      return [
        section(guide.backup, openButton('backup', texts)),
        context(exampleLines(opsExamples.backups)),
        ...commandBlocks('restore', 'restore', texts),
        ...commandBlocks('sync', 'sync', texts),
      ]
    case 'incidents':
      return [
        section(outside(incident.summary), openButton('declare', texts)),
        section(exampleLines(incident.examples)),
        section(guide.onCall, openButton('override', texts)),
        context(exampleLines(opsExamples.onCall)),
      ]
    case 'jobs':
      return [section(exampleLines(opsExamples.jobs))]
    case 'people':
      return [section(exampleLines(opsExamples.people))]
  }
}

function commandBlocks(command: CommandName, form: FormName, texts: Texts): KnownBlock[] {
  const { summary, usage, examples } = texts.help[command]
  return [
    section(lines([say`*${code(usage)}*`, outside(summary)]), openButton(form, texts)),
    context(exampleLines(examples)),
  ]
}

const exampleLines = (examples: readonly Example[]): Mrkdwn =>
  lines(examples.map(([typed, does]) => say`• ${code(typed)} ${does}`))

function openButton(form: FormName, texts: Texts, isNamed = false): Button {
  const { guide, titles } = texts.forms
  return button({ id: 'form.open', value: form, text: isNamed ? titles[form] : guide.open })
}
