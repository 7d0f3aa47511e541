import { z } from 'zod'
import { type Answer, deliver, notDelivered } from './deliveries.ts'
import { type Element, elementsOf, initialValues, stateOf } from './element-state.ts'
import { findSource, Place, type Source } from './interaction-source.ts'
import { channelOf, findMessage, userOf } from './messages.ts'
import { app } from './people.ts'
import { Refusal } from './refusal.ts'
import { issueResponseUrl } from './response-urls.ts'
import { nextTs, type Slack } from './slack.ts'
import { type Block, StateValues } from './state.ts'
import { shownMessage } from './web-api/shown.ts'

export const ActionRequest = Place.extend({
  actionId: z.string(),
  blockId: z.string().optional(),
  /** What was chosen or typed: an option's value, a text, a list of them, or the element's whole state. */
  value: z.unknown().optional(),
  /** In a message, which keeps no state of its own: what else was entered there before, by block and action. */
  values: StateValues.optional(),
})

export const ShortcutRequest = z.object({
  user: z.string(),
  callbackId: z.string(),
  /** With these two it is a message shortcut. */
  channel: z.string().optional(),
  ts: z.string().optional(),
})

/** A person presses a button or changes an input, in a message, a modal or the Home tab. */
export async function action(slack: Slack, request: z.input<typeof ActionRequest>): Promise<Answer> {
  const asked = ActionRequest.parse(request)
  const source = findSource(slack, asked)
  const { block, element } = findElement(source, asked)
  const values = remember(source, { block, element, value: asked.value, entered: asked.values ?? {} })
  // Slack tells the app of inputs only at submission, unless the block says dispatch_action.
  if (block.type === 'input' && block['dispatch_action'] !== true) return notDelivered
  return deliver(slack, {
    type: 'interactive',
    payload: {
      type: 'block_actions',
      ...common(slack, asked.user),
      ...placeFields(slack, source, asked.user),
      ...('message' in source && { state: { values } }),
      actions: [
        {
          action_id: element.action_id,
          block_id: block.block_id,
          ...chosen(element, asked.value),
          action_ts: nextTs(slack),
        },
      ],
    },
  })
}

/** A person uses one of the app's shortcuts. */
export async function shortcut(slack: Slack, request: z.input<typeof ShortcutRequest>): Promise<Answer> {
  const asked = ShortcutRequest.parse(request)
  const base = {
    ...common(slack, asked.user),
    callback_id: asked.callbackId,
    action_ts: nextTs(slack),
  }
  if (asked.channel === undefined || asked.ts === undefined)
    return deliver(slack, { type: 'interactive', payload: { type: 'shortcut', ...base } })
  const channel = channelOf(slack, asked.channel)
  const message = findMessage(slack, channel.id, asked.ts)
  if (message === undefined) throw new Refusal('message_not_found')
  const from = { user: asked.user, channel: channel.id, messageTs: message.ts }
  return deliver(slack, {
    type: 'interactive',
    payload: {
      type: 'message_action',
      ...base,
      message_ts: message.ts,
      response_url: issueResponseUrl(slack, from).url,
      message: shownMessage(message),
      channel: { id: channel.id, name: channel.name },
    },
  })
}

/** What every interaction says, with a fresh trigger. */
export function common(slack: Slack, userId: string): Record<string, unknown> {
  const user = userOf(slack, userId)
  return {
    user: { id: user.id, username: user.name, name: user.name, team_id: app.teamId },
    api_app_id: app.appId,
    token: 'sandbox-verification-token',
    team: { id: app.teamId, domain: app.teamDomain },
    enterprise: null,
    is_enterprise_install: false,
    trigger_id: slack.triggers.issue(user.id),
  }
}

/** Where an interaction happened, in the payload's words. An ephemeral message's content is not repeated. */
export function placeFields(slack: Slack, source: Source, user: string): Record<string, unknown> {
  if ('view' in source) return { container: { type: 'view', view_id: source.view.id }, view: source.view }
  const { message, channel } = source
  const from = { user, channel: channel.id, messageTs: message.ts }
  return {
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: message.ephemeral === true,
      ...(message.thread_ts !== undefined && { thread_ts: message.thread_ts }),
    },
    channel: { id: channel.id, name: channel.isDm ? 'directmessage' : channel.name },
    ...(!message.ephemeral && { message: shownMessage(message) }),
    response_url: issueResponseUrl(slack, from).url,
  }
}

/**
 * The element a person used. Refuses with `element_not_found`. An edit gives blocks without a name another id: who
 * presses at that moment, or confirms in a dialog that was open, still means the same button, and Slack delivers it.
 */
export function findElement(
  source: Source,
  wanted: { actionId: string; blockId?: string | undefined },
): { block: Block; element: Element } {
  const blocks = 'view' in source ? source.view.blocks : source.blocks
  const found = blocks.flatMap((block) =>
    elementsOf(block)
      .filter(({ action_id }) => action_id === wanted.actionId)
      .map((element) => ({ block, element })),
  )
  const exact = found.find(({ block }) => wanted.blockId === undefined || block.block_id === wanted.blockId)
  const used = exact ?? found[0]
  if (used === undefined) throw new Refusal('element_not_found')
  return used
}

/** Puts what was chosen into the view's state (a message's state lives only in the person's client). */
function remember(
  source: Source,
  {
    block,
    element,
    value,
    entered,
  }: { block: Block; element: Element; value: unknown; entered: StateValues },
): StateValues {
  const values = 'view' in source ? source.view.state.values : withEntered(source.blocks, entered)
  const ofBlock = values[block.block_id ?? '']
  const id = element.action_id ?? ''
  if (ofBlock?.[id] !== undefined) ofBlock[id] = stateOf(element, value)
  return values
}

/** The inputs a message has, as they were entered; what it does not have is left out. */
function withEntered(blocks: Block[], entered: StateValues): StateValues {
  const values = initialValues(blocks)
  for (const [blockId, ofBlock] of Object.entries(values))
    for (const actionId of Object.keys(ofBlock)) Object.assign(ofBlock, given(entered[blockId], actionId))
  return values
}

function given(ofBlock: StateValues[string] | undefined, actionId: string): StateValues[string] {
  const state = ofBlock?.[actionId]
  return state === undefined ? {} : { [actionId]: state }
}

function chosen(element: Element, value: unknown): Record<string, unknown> {
  if (element.type !== 'button') return stateOf(element, value)
  const { type, text, value: ownValue, style, url } = element
  return {
    type,
    text,
    ...(ownValue !== undefined && { value: ownValue }),
    ...(style !== undefined && { style }),
    ...(url !== undefined && { url }),
  }
}
