import { z } from 'zod'
import { confirmDialog, plainText } from './compositions.ts'

/** What many Block Kit elements have in common (`@slack/types`, block-kit/extensions). */

export const identified = { action_id: z.string().min(1).max(255).optional() }
export const confirmable = { confirm: confirmDialog.optional() }
export const focusable = { focus_on_load: z.boolean().optional() }
export const withPlaceholder = { placeholder: plainText(150).optional() }

export type Offer = { value: string }

/** Whatever is chosen beforehand has to be one of the options. */
export function initialMustBeOffered(
  initial: Offer | Offer[] | undefined,
  offers: Offer[],
  context: z.RefinementCtx,
): void {
  for (const chosen of [initial ?? []].flat())
    if (!offers.some((offer) => offer.value === chosen.value))
      context.addIssue({ code: 'custom', message: 'initial option must exactly match an option' })
}
