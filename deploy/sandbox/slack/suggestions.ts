import { z } from 'zod'
import { complaint } from './complaints.ts'
import { option, optionGroup } from './compositions.ts'
import { type Answer, deliver, notDelivered } from './deliveries.ts'
import { findSource, Place } from './interaction-source.ts'
import { common, findElement, placeFields } from './interactions.ts'
import { Refusal } from './refusal.ts'
import type { Slack } from './slack.ts'

export const OptionsRequest = Place.extend({
  actionId: z.string(),
  blockId: z.string().optional(),
  value: z.string().default(''),
})

const Offered = z.union([
  z.object({ options: z.array(option).max(100) }),
  z.object({ option_groups: z.array(optionGroup).max(100) }),
])

/** A person types into an external select: the app is asked for options. */
export async function suggestions(slack: Slack, request: z.input<typeof OptionsRequest>): Promise<Answer> {
  const asked = OptionsRequest.parse(request)
  const source = findSource(slack, asked)
  const { block, element } = findElement(source, asked)
  if (!element.type.includes('external_select')) throw new Refusal('element_not_found')
  if (asked.value.length < Number(element['min_query_length'] ?? 3))
    return { ...notDelivered, body: { options: [] } }
  const { trigger_id: _noTrigger, ...person } = common(slack, asked.user)
  const { response_url: _noResponseUrl, ...place } = placeFields(slack, source, asked.user)
  const answer = await deliver(slack, {
    type: 'interactive',
    payload: {
      type: 'block_suggestion',
      ...person,
      ...place,
      action_id: element.action_id,
      block_id: block.block_id,
      value: asked.value,
    },
  })
  if (answer.error !== undefined) return answer
  const checked = Offered.safeParse(answer.body)
  if (checked.success) return answer
  const [issue] = checked.error.issues
  return { ...answer, error: `invalid_options: ${issue === undefined ? '' : complaint(issue)}` }
}
