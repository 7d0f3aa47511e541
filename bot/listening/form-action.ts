import { type FormMemory, FormName, formNamed, IncidentForm, memoryOf } from '../forms/form.ts'
import { type BlockActions, placeOfView, valueOf } from '../slack/payloads.ts'
import { tell } from '../slack/replies.ts'
import type { ListeningDeps } from './deps.ts'
import { drawForm } from './drawing.ts'
import { openForm } from './opening.ts'

/** What is done to forms: `form.open` on any button opens one, everything else is a field of one. */
export function isOfForm(body: BlockActions): boolean {
  return body.actions[0].action_id.startsWith('form.')
}

export async function onFormAction(
  body: BlockActions,
  acknowledge: () => Promise<void>,
  deps: ListeningDeps,
): Promise<void> {
  if (isOpening(body.actions[0].action_id)) return await onOpen(body, acknowledge, deps)
  await acknowledge()
  const form = formNamed(body.view?.callback_id ?? '')
  if (form === null || !body.view) return
  const { id: viewId, private_metadata, state } = body.view
  const user = body.user.id
  const draft = {
    user,
    ...deps.people.mannersOf(user),
    memory: memoryOf(private_metadata),
    values: state.values,
  }
  await drawForm({ form, viewId, draft }, deps)
}

/** In one block no two buttons have the same action, so it may be followed by more: `form.open.resolve`. */
const isOpening = (actionId: string): boolean => actionId === 'form.open' || actionId.startsWith('form.open.')

/** Its value is the form's name, and after a space the environment or the incident it is to be about. */
async function onOpen(
  body: BlockActions,
  acknowledge: () => Promise<void>,
  deps: ListeningDeps,
): Promise<void> {
  const [name, about] = valueOf(body.actions[0]).split(' ')
  const form = FormName.safeParse(name).data
  if (form === undefined) return await acknowledge()
  const user = body.user.id
  const manners = deps.people.mannersOf(user)
  const channel = body.channel?.id
  const place = {
    ...placeOfView(body.view?.private_metadata ?? ''),
    ...(channel !== undefined && { channel }),
    ...(body.response_url !== undefined && { responseUrl: body.response_url }),
  }
  const memory = { ...place, ...aboutOf(form, about) }
  await deps.answering.answer<null>({
    kind: 'button',
    name: 'form.open',
    user,
    ...manners,
    async run() {
      await openForm({ form, user, ...manners, memory, triggerId: body.trigger_id }, deps)
      return null
    },
    async acknowledge(reply) {
      await acknowledge()
      return reply.kind === 'answered' ? null : reply.answer
    },
    answerOf: () => null,
    tell: (answer) => tell({ user, ...place }, answer, deps),
  })
}

function aboutOf(form: FormName, about: string | undefined): Pick<FormMemory, 'environment' | 'incident'> {
  if (about === undefined) return {}
  return IncidentForm.safeParse(form).success ? { incident: Number(about) } : { environment: about }
}
