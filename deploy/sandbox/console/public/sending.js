/** @import { Composer } from './composer.js' */
/** @import { Model } from './page.d.ts' */
import { sendCommand, sendMessage } from './api.js'
import { notify, whatFailed } from './notices.js'
import { channelAt } from './place.js'

/**
 * Sends what was written: a command to the app, anything else as a message. Text that could not be sent comes
 * back into the composer.
 * @param {string} text
 * @param {{ model: Model, composer: Composer, thread: string | undefined }} where
 */
export async function sendText(text, { model, composer, thread }) {
  const { texts, route } = model
  const channel = channelAt(model)?.id
  if (channel === undefined) return
  const [command = '', ...words] = text.split(/(?<=^\/\S+)\s+/)
  try {
    if (!text.startsWith('/')) {
      const inThread = thread === undefined ? {} : { thread_ts: thread }
      await sendMessage({ user: route.person, channel, text, ...inThread })
    } else if (thread === undefined) {
      await sendCommand({ user: route.person, channel, command, text: words.join(' ') })
    } else {
      notify(texts.noCommandsInThreads(command))
      composer.put(text)
    }
  } catch (error) {
    notify(whatFailed(error, texts))
    if (composer.text() === '') composer.put(text)
  }
}
