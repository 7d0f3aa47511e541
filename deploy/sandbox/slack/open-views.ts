import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { withIds } from './content.ts'
import { initialValues } from './element-state.ts'
import { app } from './people.ts'
import { Refusal } from './refusal.ts'
import { newId, type Slack } from './slack.ts'
import { Block, type OpenView } from './state.ts'
import { isViewTooLarge, validateView, View } from './views.ts'

/** docs.slack.dev/surfaces/modals: three views in a stack. */
const maximumStack = 3

/** A view as an app sent it, checked. Refuses with `invalid_arguments` or `view_too_large`. */
export function checkedView(view: unknown, type: 'modal' | 'home'): z.infer<typeof View> {
  if (view === undefined) throw new Refusal('invalid_arguments', ['missing required field: view'])
  if (isViewTooLarge(view)) throw new Refusal('view_too_large')
  const complaints = validateView(view).map((said) => said.replace('[json-pointer:', '[json-pointer:/view'))
  if (complaints.length > 0) throw new Refusal('invalid_arguments', complaints)
  const checked = View.parse(view)
  if (checked.type !== type)
    throw new Refusal('invalid_arguments', [`must be one of ${type} [json-pointer:/view/type]`])
  return checked
}

/** The modals a person has open, lowest first. */
export function stackOf(slack: Slack, user: string): OpenView[] {
  return (slack.state.views[user] ??= [])
}

/** Opens a modal, instead of whatever modal was open. */
export function openModal(slack: Slack, user: string, view: z.infer<typeof View>): OpenView {
  refuseDuplicateExternalId(slack, view.external_id)
  const opened = newView(view, { previous: undefined })
  slack.state.views[user] = [opened]
  slack.changed()
  return opened
}

/** Puts a modal on top. Refuses with `push_limit_reached`, or `not_found` when nothing is open. */
export function pushModal(slack: Slack, user: string, view: z.infer<typeof View>): OpenView {
  const stack = stackOf(slack, user)
  const previous = stack.at(-1)
  if (previous === undefined) throw new Refusal('not_found')
  if (stack.length >= maximumStack) throw new Refusal('push_limit_reached')
  refuseDuplicateExternalId(slack, view.external_id)
  const opened = newView(view, { previous })
  stack.push(opened)
  slack.changed()
  return opened
}

/** Replaces an open view's content; what was entered in inputs that remain is kept, as Slack does. */
export function updateView(slack: Slack, view: OpenView, content: z.infer<typeof View>): OpenView {
  const entered = view.state.values
  Object.assign(view, fieldsOf(content))
  const initial = initialValues(view.blocks)
  for (const [block, actions] of Object.entries(initial))
    for (const action of Object.keys(actions)) {
      const before = entered[block]?.[action]
      if (before !== undefined && before['type'] === actions[action]?.['type']) actions[action] = before
    }
  view.state = { values: initial }
  slack.changed()
  return view
}

export function publishHome(slack: Slack, user: string, view: z.infer<typeof View>): OpenView {
  const existing = slack.state.homes[user]
  if (existing !== undefined) return updateView(slack, existing, view)
  const published = newView(view, { previous: undefined })
  slack.state.homes[user] = published
  slack.changed()
  return published
}

/** Closes one view of a stack; the one below shows again. */
export function closeModal(slack: Slack, user: string, viewId: string): void {
  slack.state.views[user] = stackOf(slack, user).filter((view) => view.id !== viewId)
  slack.changed()
}

export function closeAllModals(slack: Slack, user: string): void {
  slack.state.views[user] = []
  slack.changed()
}

/** Finds any open view, modal or Home, and whose it is. */
export function findView(
  slack: Slack,
  matches: (view: OpenView) => boolean,
): { user: string; view: OpenView } | undefined {
  const modals = Object.entries(slack.state.views).flatMap(([user, stack]) =>
    stack.map((view) => ({ user, view })),
  )
  const homes = Object.entries(slack.state.homes).map(([user, view]) => ({ user, view }))
  return [...modals, ...homes].find(({ view }) => matches(view))
}

function refuseDuplicateExternalId(slack: Slack, externalId: string | undefined): void {
  if (externalId !== undefined && findView(slack, (view) => view.external_id === externalId) !== undefined)
    throw new Refusal('duplicate_external_id')
}

function newView(view: z.infer<typeof View>, { previous }: { previous: OpenView | undefined }): OpenView {
  const id = newId('V0')
  const fields = fieldsOf(view)
  return {
    ...fields,
    id,
    team_id: app.teamId,
    app_id: app.appId,
    bot_id: app.botId,
    app_installed_team_id: app.teamId,
    state: { values: initialValues(fields.blocks) },
    root_view_id: previous?.root_view_id ?? id,
    previous_view_id: previous?.id ?? null,
  }
}

type Fields = Omit<
  OpenView,
  | 'id'
  | 'team_id'
  | 'app_id'
  | 'bot_id'
  | 'app_installed_team_id'
  | 'state'
  | 'root_view_id'
  | 'previous_view_id'
>

function fieldsOf(view: z.infer<typeof View>): Fields {
  const modal = view.type === 'modal' ? view : undefined
  return {
    type: view.type,
    ...(modal && { title: modal.title }),
    submit: modal?.submit ?? null,
    close: modal?.close ?? null,
    blocks: withIds(z.array(Block).parse(view.blocks)),
    private_metadata: view.private_metadata ?? '',
    callback_id: view.callback_id ?? '',
    external_id: view.external_id ?? '',
    clear_on_close: modal?.clear_on_close ?? false,
    notify_on_close: modal?.notify_on_close ?? false,
    hash: `${Math.floor(Date.now() / 1000)}.${randomBytes(4).toString('hex')}`,
  }
}
