import { answeringTexts } from '../answering-texts.ts'
import type { Answer } from '../asked.ts'
import { formOfCommand } from '../forms/index.ts'
import { commandKey } from '../idempotency-key.ts'
import { type SlashCommand, unescape } from '../slack/payloads.ts'
import { shownTo, tell } from '../slack/replies.ts'
import { depsOfOneAct, type ListeningDeps, own } from './deps.ts'
import { openForm } from './opening.ts'

/** A slash command: its acknowledgement carries the answer. */
export async function onCommand(
  command: SlashCommand,
  acknowledge: (answer?: ReturnType<typeof shownTo>) => Promise<void>,
  deps: ListeningDeps,
): Promise<void> {
  const { user_id: user, channel_id: channel, command: name, trigger_id, response_url } = command
  const manners = deps.people.mannersOf(user)
  const handler = own(deps.content.commands, name)
  const opening = formOfCommand(name, command.text)
  const handlerDeps = depsOfOneAct(deps)
  const asked = {
    user,
    channel,
    text: unescape(command.text),
    key: commandKey(command),
    ...(trigger_id !== undefined && { triggerId: trigger_id }),
    ...manners,
  }
  const listener = { user, channel, ...(response_url !== undefined && { responseUrl: response_url }) }
  await deps.answering.answer<Answer | null>({
    kind: 'command',
    name: handler === undefined ? 'unknown' : name,
    user,
    ...manners,
    async run() {
      if (handler === undefined) return { text: answeringTexts(manners.locale).unknownCommand }
      if (opening !== null && trigger_id !== undefined) {
        const { form, ...about } = opening
        const memory = { channel, ...about, ...(response_url !== undefined && { responseUrl: response_url }) }
        await openForm({ form, user, ...manners, memory, triggerId: trigger_id }, deps)
        return null
      }
      return await handler(asked, await handlerDeps())
    },
    async acknowledge(reply) {
      const answer = reply.kind === 'answered' ? reply.value : reply.answer
      await (answer === null ? acknowledge() : acknowledge(shownTo(answer)))
      return null
    },
    answerOf: (answer) => answer,
    tell: (answer) => tell(listener, answer, deps),
  })
}
