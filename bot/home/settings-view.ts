import type { KnownBlock, PlainTextOption } from '@slack/web-api'
import type { PersonSettings } from '../../engine/client.ts'
import type { Texts } from '../texts/index.ts'
import { outside, plain } from '../texts/mrkdwn.ts'
import { button, header, message, section, type Message } from '../views/blocks.ts'

const endNotices = ['always', 'long', 'never'] as const satisfies PersonSettings['endNotice'][]

/** One person's settings, to be changed where they are shown: in Home, and as the answer to /ops settings. */
export function settingsBlocks(settings: PersonSettings, texts: Texts): KnownBlock[] {
  const { directMessages, endNotice } = texts.home.settings
  const isOn = settings.directMessages
  const toggle = button({
    id: 'settings.direct-messages',
    text: isOn ? directMessages.turnOff : directMessages.turnOn,
    value: isOn ? 'off' : 'on',
  })
  const select = {
    type: 'static_select' as const,
    action_id: 'settings.end-notice',
    options: endNotices.map((value) => option(value, texts)),
    initial_option: option(settings.endNotice, texts),
  }
  return [
    section(isOn ? directMessages.on : directMessages.off, toggle),
    { ...section(endNotice), accessory: select },
  ]
}

export function settingsView(settings: PersonSettings, texts: Texts): Message {
  const { title } = texts.home.settings
  return message(outside(title), [header(title), ...settingsBlocks(settings, texts)])
}

function option(value: PersonSettings['endNotice'], texts: Texts): PlainTextOption {
  return {
    text: { type: 'plain_text', text: plain(texts.home.settings.endNotices[value], 75) },
    value,
  }
}
