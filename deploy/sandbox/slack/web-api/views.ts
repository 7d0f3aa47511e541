import { z } from 'zod'
import { userOf } from '../messages.ts'
import { checkedView, findView, openModal, publishHome, pushModal, updateView } from '../open-views.ts'
import { Refusal } from '../refusal.ts'
import type { Slack } from '../slack.ts'
import type { OpenView } from '../state.ts'
import { json, type Method, method } from './method.ts'

const withTrigger = z.object({
  view: json(z.unknown()),
  trigger_id: z.string().optional(),
  interactivity_pointer: z.string().optional(),
})

export const views: Record<string, Method> = {
  'views.open': method({
    tier: 4,
    args: withTrigger,
    run(slack, args) {
      const view = checkedView(args.view, 'modal')
      const user = slack.triggers.exchange(triggerOf(args))
      return { view: openModal(slack, user, view) }
    },
  }),

  'views.push': method({
    tier: 4,
    args: withTrigger,
    run(slack, args) {
      const view = checkedView(args.view, 'modal')
      const user = slack.triggers.exchange(triggerOf(args))
      return { view: pushModal(slack, user, view) }
    },
  }),

  'views.update': method({
    tier: 4,
    args: z.object({
      view: json(z.unknown()),
      view_id: z.string().optional(),
      external_id: z.string().optional(),
      hash: z.string().optional(),
    }),
    run(slack, args) {
      const existing = existingView(slack, args)
      const view = checkedView(args.view, existing.type)
      refuseStaleHash(existing, args.hash)
      return { view: updateView(slack, existing, view) }
    },
  }),

  'views.publish': method({
    tier: 4,
    args: z.object({ user_id: z.string(), view: json(z.unknown()), hash: z.string().optional() }),
    run(slack, args) {
      const user = userOf(slack, args.user_id)
      const view = checkedView(args.view, 'home')
      const existing = slack.state.homes[user.id]
      if (existing !== undefined) refuseStaleHash(existing, args.hash)
      return { view: publishHome(slack, user.id, view) }
    },
  }),
}

function triggerOf(args: z.infer<typeof withTrigger>): string {
  const trigger = args.trigger_id ?? args.interactivity_pointer
  if (trigger === undefined) throw new Refusal('invalid_arguments', ['missing required field: trigger_id'])
  return trigger
}

function existingView(
  slack: Slack,
  args: { view_id?: string | undefined; external_id?: string | undefined },
): OpenView {
  if (args.view_id === undefined && args.external_id === undefined)
    throw new Refusal('invalid_arguments', ['missing required field: view_id or external_id'])
  const found = findView(slack, (view) =>
    args.view_id === undefined ? view.external_id === args.external_id : view.id === args.view_id,
  )
  if (found === undefined) throw new Refusal('not_found')
  return found.view
}

/** `hash` guards against overwriting a newer view (docs.slack.dev/surfaces/modals, "Handling race conditions"). */
function refuseStaleHash(view: OpenView, hash: string | undefined): void {
  if (hash !== undefined && hash !== view.hash) throw new Refusal('hash_conflict')
}
