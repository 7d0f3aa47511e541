import { answeringTexts } from '../answering-texts.ts'
import type { Answer } from '../asked.ts'
import { buttonKey } from '../idempotency-key.ts'
import { type BlockActions, placeOfView, valueOf } from '../slack/payloads.ts'
import { tell } from '../slack/replies.ts'
import { answerScreen } from './answer-screen.ts'
import { depsOfOneAct, type ListeningDeps, own } from './deps.ts'

/** A button: its acknowledgement shows nothing, the answer follows it. */
export async function onButton(
  body: BlockActions,
  acknowledge: () => Promise<void>,
  deps: ListeningDeps,
): Promise<void> {
  const [action] = body.actions
  const handler = own(deps.content.buttons, action.action_id)
  // Buttons that only open a link are told of as well.
  if (handler === undefined) return await acknowledge()
  const user = body.user.id
  const manners = deps.people.mannersOf(user)
  const channel = body.channel?.id ?? placeOfView(body.view?.private_metadata ?? '').channel
  const messageTs = body.container?.message_ts
  const handlerDeps = depsOfOneAct(deps)
  const pressed = {
    user,
    channel: channel ?? '',
    actionId: action.action_id,
    value: valueOf(action),
    triggerId: body.trigger_id,
    key: buttonKey(body),
    ...(messageTs !== undefined && { messageTs }),
    ...(body.view && { viewId: body.view.id }),
    userName: deps.people.nameOf(user) ?? body.user.name ?? user,
    ...manners,
  }
  const listener = {
    user,
    ...(channel !== undefined && { channel }),
    ...(body.response_url !== undefined && { responseUrl: body.response_url }),
  }
  await deps.answering.answer<Answer | null>({
    kind: 'button',
    name: action.action_id,
    user,
    ...manners,
    run: async () => await handler(pressed, await handlerDeps()),
    async acknowledge(reply) {
      await acknowledge()
      return reply.kind === 'answered' ? reply.value : reply.answer
    },
    answerOf: (answer) => answer,
    tell: async (answer) => {
      if (!(await tellInForm(body, answer, deps))) await tell(listener, answer, deps)
    },
  })
}

/** In a form its answer takes the form's place: that is what the person looks at. False: there is none, or no longer. */
async function tellInForm(
  { user, view }: BlockActions,
  answer: Answer,
  { messages, people }: Pick<ListeningDeps, 'messages' | 'people'>,
): Promise<boolean> {
  if (view?.type !== 'modal' || !view.title) return false
  const { close } = answeringTexts(people.mannersOf(user.id).locale)
  const outcome = await messages.updateView(view.id, answerScreen(answer, view.title.text, close))
  return outcome.kind === 'done'
}
