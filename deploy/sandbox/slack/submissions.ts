import { z } from 'zod'
import { type Answer, deliver, notDelivered } from './deliveries.ts'
import { type Element, elementsOf, isEmptyState, stateOf } from './element-state.ts'
import { viewOf } from './interaction-source.ts'
import { common } from './interactions.ts'
import { checkedView, closeAllModals, closeModal, pushModal, stackOf, updateView } from './open-views.ts'
import { Refusal } from './refusal.ts'
import type { Slack } from './slack.ts'
import type { OpenView } from './state.ts'

export const SubmitRequest = z.object({
  user: z.string(),
  viewId: z.string(),
  values: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
})

export const CloseRequest = z.object({ user: z.string(), viewId: z.string() })

const ResponseAction = z.discriminatedUnion('response_action', [
  z.object({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string()) }),
  z.object({ response_action: z.literal('update'), view: z.unknown() }),
  z.object({ response_action: z.literal('push'), view: z.unknown() }),
  z.object({ response_action: z.literal('clear') }),
])

/**
 * A person fills in the top modal and submits it. What Slack's own client refuses (an empty required input) never
 * reaches the app: then `status` is 0 and `body` holds the errors in the shape of the app's own.
 */
export async function submit(slack: Slack, request: z.input<typeof SubmitRequest>): Promise<Answer> {
  const { user, viewId, values } = SubmitRequest.parse(request)
  const view = viewOf(slack, user, viewId)
  if (stackOf(slack, user).at(-1) !== view || view.submit === null) throw new Refusal('view_not_submittable')
  enter(view, values)
  slack.changed()
  const errors = clientErrors(view)
  if (Object.keys(errors).length > 0) return { ...notDelivered, body: { response_action: 'errors', errors } }
  const answer = await deliver(slack, {
    type: 'interactive',
    payload: { type: 'view_submission', ...common(slack, user), view, response_urls: [] },
  })
  if (answer.error !== undefined) return answer
  try {
    followAnswer(slack, { user, view }, answer.body)
    return answer
  } catch (error) {
    if (error instanceof Refusal) return { ...answer, error: [error.code, ...error.messages].join(': ') }
    throw error
  }
}

/** A person closes the top modal with its X or Cancel. */
export async function close(slack: Slack, request: z.input<typeof CloseRequest>): Promise<Answer> {
  const { user, viewId } = CloseRequest.parse(request)
  const view = viewOf(slack, user, viewId)
  if (view.clear_on_close) closeAllModals(slack, user)
  else closeModal(slack, user, view.id)
  if (!view.notify_on_close) return notDelivered
  return deliver(slack, {
    type: 'interactive',
    payload: { type: 'view_closed', ...common(slack, user), view, is_cleared: view.clear_on_close },
  })
}

function followAnswer(slack: Slack, { user, view }: { user: string; view: OpenView }, body: unknown): void {
  if (body === '' || body === undefined) return closeModal(slack, user, view.id)
  const action = ResponseAction.safeParse(body)
  if (!action.success) throw new Refusal('invalid_response_action')
  const asked = action.data
  switch (asked.response_action) {
    case 'clear':
      return closeAllModals(slack, user)
    case 'update':
      updateView(slack, view, checkedView(asked.view, 'modal'))
      return
    case 'push':
      pushModal(slack, user, checkedView(asked.view, 'modal'))
      return
    case 'errors':
      return refuseErrorsElsewhere(view, asked.errors)
  }
}

/** docs.slack.dev/surfaces/modals#displaying_errors: errors belong to input blocks. */
function refuseErrorsElsewhere(view: OpenView, errors: Record<string, string>): void {
  const inputs = view.blocks.filter((block) => block.type === 'input').map((block) => block.block_id)
  const strange = Object.keys(errors).filter((blockId) => !inputs.includes(blockId))
  if (strange.length > 0)
    throw new Refusal('invalid_response_action', [`no input block ${strange.join(', ')}`])
}

function enter(view: OpenView, given: Record<string, Record<string, unknown>>): void {
  for (const [blockId, actions] of Object.entries(given))
    for (const [actionId, value] of Object.entries(actions)) {
      const block = view.blocks.find((candidate) => candidate.block_id === blockId)
      const element = block && elementsOf(block).find((candidate) => candidate.action_id === actionId)
      const ofBlock = view.state.values[blockId]
      if (element === undefined || ofBlock === undefined) throw new Refusal('element_not_found')
      ofBlock[actionId] = stateOf(element, value)
    }
}

/** What Slack's client says before it sends anything. */
function clientErrors(view: OpenView): Record<string, string> {
  const errors: Record<string, string> = {}
  for (const block of view.blocks) {
    const [element] = elementsOf(block)
    if (block.type !== 'input' || element === undefined) continue
    const blockId = block.block_id ?? ''
    const state = view.state.values[blockId]?.[element.action_id ?? '']
    const said = isEmptyState(state)
      ? block['optional'] === true
        ? undefined
        : 'Please complete this required field.'
      : wrongText(element, state?.['value'])
    if (said !== undefined) errors[blockId] = said
  }
  return errors
}

function wrongText(element: Element, value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const minimum = Number(element['min_length'] ?? 0)
  const maximum = Number(element['max_length'] ?? 3000)
  if (value.length < minimum) return `Must be at least ${minimum} characters long.`
  if (value.length > maximum) return `Must be at most ${maximum} characters long.`
  if (element.type === 'number_input' && !isNumber(element, value)) return 'Must be a number in range.'
  if (element.type === 'email_text_input' && !/^\S+@\S+\.\S+$/.test(value))
    return 'Must be an e-mail address.'
  if (element.type === 'url_text_input' && !URL.canParse(value)) return 'Must be a URL.'
  return undefined
}

function isNumber(element: Element, text: string): boolean {
  const number = Number(text)
  if (Number.isNaN(number) || (element['is_decimal_allowed'] !== true && !Number.isInteger(number)))
    return false
  return (
    number >= Number(element['min_value'] ?? -Infinity) && number <= Number(element['max_value'] ?? Infinity)
  )
}
