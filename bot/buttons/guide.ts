import type { ButtonHandler } from '../asked.ts'
import { textsFor } from '../texts/index.ts'
import { guideView, Topic } from '../views/guide.ts'

/** Another topic of the guide, in the place of the one that was shown. */
export const topic: ButtonHandler = async ({ locale, value }) => ({
  ...guideView(textsFor(locale), Topic.parse(value)),
  replaces: true,
})
