import type { Offer } from '../forms/form.ts'
import { formNamed, memoryOf } from '../forms/form.ts'
import { forms } from '../forms/index.ts'
import type { BlockSuggestion } from '../slack/payloads.ts'
import type { ListeningDeps } from './deps.ts'

/** Somebody types into a field that searches: Slack waits 3 s for what to offer, and nothing is an offer too. */
export async function onSuggestion(
  body: BlockSuggestion,
  acknowledge: (offer: Offer) => Promise<void>,
  { people, settings, engine, log }: ListeningDeps,
): Promise<void> {
  await acknowledge(await offer()).catch((error: unknown) =>
    log.warn({ err: error }, 'an offer did not reach Slack'),
  )

  async function offer(): Promise<Offer> {
    const { view, value } = body
    const name = formNamed(view.callback_id)
    const form = name === null ? undefined : forms[name]
    if (form?.offer === undefined) return { options: [] }
    const draft = {
      user: body.user.id,
      ...people.mannersOf(body.user.id),
      memory: memoryOf(view.private_metadata),
      values: view.state.values,
    }
    try {
      const formDeps = { engine, settings: await settings.get(), now: () => new Date() }
      return await form.offer(draft, value, formDeps)
    } catch (error) {
      log.warn({ err: error, form: name }, 'nothing can be offered')
      return { options: [] }
    }
  }
}
