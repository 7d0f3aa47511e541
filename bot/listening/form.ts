import type { ViewResponseAction } from '@slack/bolt'
import type { Reply } from '../answering.ts'
import { answeringTexts } from '../answering-texts.ts'
import type { Answer, FormErrors, Locale } from '../asked.ts'
import { submissionKey } from '../idempotency-key.ts'
import { placeOfView, type ViewSubmission } from '../slack/payloads.ts'
import { tell } from '../slack/replies.ts'
import { answerScreen } from './answer-screen.ts'
import { depsOfOneAct, type ListeningDeps, own } from './deps.ts'

type FormValue = FormErrors | Answer | null

/** A form: its acknowledgement closes it or says what is wrong; an answer follows in the channel it belongs to. */
export async function onForm(
  body: ViewSubmission,
  acknowledge: (response?: ViewResponseAction) => Promise<void>,
  deps: ListeningDeps,
): Promise<void> {
  const { callback_id: callbackId, private_metadata: privateMetadata, state } = body.view
  const handler = own(deps.content.modals, callbackId)
  if (handler === undefined) return await acknowledge()
  const user = body.user.id
  const manners = deps.people.mannersOf(user)
  const place = placeOfView(privateMetadata)
  const handlerDeps = depsOfOneAct(deps)
  const submitted = {
    user,
    viewId: body.view.id,
    callbackId,
    privateMetadata,
    values: state.values,
    key: submissionKey(body),
    ...manners,
  }
  await deps.answering.answer<FormValue>({
    kind: 'form',
    name: callbackId,
    user,
    ...manners,
    run: async () => await handler(submitted, await handlerDeps()),
    async acknowledge(reply) {
      await acknowledge(responseTo(reply, body, manners.locale))
      return reply.kind === 'answered' && !hasErrors(reply.value) ? reply.value : null
    },
    answerOf: (value) => (hasErrors(value) ? { text: Object.values(value.errors).join('\n') } : value),
    tell: (answer) => tell({ user, ...place }, answer, deps),
  })
}

/**
 * What becomes of a form. A refusal is laid over it, so that what was typed is still there; other trouble takes its
 * place, so that nobody sends it again.
 */
function responseTo(
  reply: Reply<FormValue>,
  body: ViewSubmission,
  locale: Locale,
): ViewResponseAction | undefined {
  if (reply.kind === 'answered') {
    return hasErrors(reply.value) ? { response_action: 'errors', errors: reply.value.errors } : undefined
  }
  const texts = answeringTexts(locale)
  const isRefused = reply.kind === 'refused'
  const view = answerScreen(reply.answer, body.view.title.text, isRefused ? texts.back : texts.close)
  return { response_action: isRefused ? 'push' : 'update', view }
}

function hasErrors(value: FormValue): value is FormErrors {
  return value !== null && 'errors' in value
}
