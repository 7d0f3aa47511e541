import type { Button, KnownBlock, ModalView } from '@slack/web-api'
import type { Locale } from '../asked.ts'
import { howToGetIn } from '../home/access-cards.ts'
import { textsFor, type Texts } from '../texts/index.ts'
import type { Mrkdwn } from '../texts/mrkdwn.ts'
import { actions, button, form as formView, section } from '../views/blocks.ts'
import { formId, type FormMemory, type FormName } from './form.ts'
import type { Rights } from './rights.ts'

/**
 * The form's place, opened within the 3 s that Slack gives and filled as soon as it can be. Whoever was to fill it may
 * die first, and nobody else knows that it is open: so it says itself what to do then.
 */
export function loadingScreen(name: FormName, memory: FormMemory, locale: Locale): ModalView {
  const texts = textsFor(locale)
  return screen(name, { memory, texts, blocks: [section(texts.forms.loading, again(name, texts))] })
}

/** A form that cannot be filled now, with a way to try again that does not need the command. */
export function troubleScreen(
  name: FormName,
  c: { memory: FormMemory; locale: Locale; sentence: Mrkdwn },
): ModalView {
  const texts = textsFor(c.locale)
  const blocks = [section(c.sentence), ...actions([again(name, texts, 'primary')])]
  return screen(name, { memory: c.memory, texts, blocks })
}

const again = (name: FormName, texts: Texts, style?: 'primary'): Button =>
  button({ id: 'form.reload', text: texts.forms.again, value: name, ...(style && { style }) })

/** For somebody who may not do this anywhere: why, and whom to ask. */
export function notAllowedScreen(
  name: FormName,
  c: { memory: FormMemory; texts: Texts; rights: Rights },
): ModalView {
  const { known, admins } = c.rights
  const blocks = known
    ? [section(c.texts.forms.notAllowed(admins))]
    : howToGetIn(c.texts.home.access.how, c).blocks
  return screen(name, { ...c, blocks })
}

/** There is nothing to fill in: why. */
export function nothingToDoScreen(
  name: FormName,
  { sentence, ...c }: { memory: FormMemory; texts: Texts; sentence: Mrkdwn },
): ModalView {
  return screen(name, { ...c, blocks: [section(sentence)] })
}

/** The form itself. */
export function formScreen(
  name: FormName,
  c: { memory: FormMemory; texts: Texts; blocks: KnownBlock[] },
): ModalView {
  const { titles, submits, close } = c.texts.forms
  return formView({
    id: formId(name),
    title: titles[name],
    submit: submits[name],
    close,
    metadata: metadataOf(c.memory),
    blocks: c.blocks,
  })
}

function screen(
  name: FormName,
  { memory, texts, blocks }: { memory: FormMemory; texts: Texts; blocks: KnownBlock[] },
): ModalView {
  const { submit: _submit, ...view } = formScreen(name, { memory, texts, blocks })
  return { ...view, close: { type: 'plain_text', text: texts.forms.dismiss } }
}

const metadataOf = (memory: FormMemory): Record<string, string> =>
  Object.fromEntries(
    Object.entries(memory).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  )
