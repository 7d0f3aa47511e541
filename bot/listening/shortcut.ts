import { answeringTexts } from '../answering-texts.ts'
import type { Answer } from '../asked.ts'
import type { FormMemory } from '../forms/form.ts'
import { shortcuts } from '../shortcuts/index.ts'
import { unescape, type Shortcut } from '../slack/payloads.ts'
import { tell } from '../slack/replies.ts'
import { plain } from '../texts/mrkdwn.ts'
import { type ListeningDeps, own } from './deps.ts'
import { openForm } from './opening.ts'

/** A shortcut, global or of a message: it opens a form, or is answered to the one who used it. */
export async function onShortcut(
  body: Shortcut,
  acknowledge: () => Promise<void>,
  deps: ListeningDeps,
): Promise<void> {
  const user = body.user.id
  const manners = deps.people.mannersOf(user)
  const channel = body.channel?.id
  const place = {
    ...(channel !== undefined && { channel }),
    ...(body.response_url !== undefined && { responseUrl: body.response_url }),
  }
  const shortcut = own(shortcuts, body.callback_id)
  await deps.answering.answer<Answer | null>({
    kind: 'shortcut',
    name: shortcut === undefined ? 'unknown' : body.callback_id,
    user,
    ...manners,
    async run() {
      if (shortcut === undefined) return { text: answeringTexts(manners.locale).unknownCommand }
      if (shortcut.kind === 'answer') return shortcut.answer(manners.locale)
      const { form } = shortcut
      const memory = { ...place, ...aboutMessage(body) }
      await openForm({ form, user, ...manners, memory, triggerId: body.trigger_id }, deps)
      return null
    },
    async acknowledge(reply) {
      await acknowledge()
      return reply.kind === 'answered' ? reply.value : reply.answer
    },
    answerOf: (answer) => answer,
    tell: (answer) => tell({ user, ...place }, answer, deps),
  })
}

const mostOfText = 200

/** What the message says, as a title to begin with, and its address (docs.slack.dev/reference/methods/chat.getPermalink). */
function aboutMessage({ message, team, channel }: Shortcut): Pick<FormMemory, 'title' | 'link'> {
  if (!message || !channel) return {}
  const title = plain(unescape(message.text.replaceAll(/<[^>]*\|([^>]*)>/g, '$1')), mostOfText)
  const link =
    team && `https://${team.domain}.slack.com/archives/${channel.id}/p${message.ts.replace('.', '')}`
  return { ...(message.text !== '' && { title }), ...(link && URL.canParse(link) && { link }) }
}
