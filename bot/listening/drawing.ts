import type { ModalView } from '@slack/web-api'
import pRetry, { AbortError } from 'p-retry'
import { EngineUnavailable } from '../../engine/client.ts'
import type { Draft, FormName } from '../forms/form.ts'
import { forms } from '../forms/index.ts'
import { troubleScreen } from '../forms/screens.ts'
import { textsFor } from '../texts/index.ts'
import type { ListeningDeps } from './deps.ts'

export interface Drawing {
  form: FormName
  viewId: string
  draft: Draft
}

const tries = 4

/**
 * Makes an open form look as it is to look now, then again as more becomes known, until somebody has changed it once
 * more: what is drawn for an older choice is dropped. Never throws.
 */
export async function drawForm({ form, viewId, draft }: Drawing, deps: ListeningDeps): Promise<void> {
  const { screens, engine, settings, log } = deps
  const mine = Symbol(viewId)
  const isNewest = (): boolean => screens.get(viewId) === mine
  screens.set(viewId, mine)
  try {
    const formDeps = { engine, settings: await settings.get(), now: () => new Date() }
    for await (const view of forms[form].draw(draft, formDeps)) {
      if (!isNewest()) return
      await show(view, { viewId, isNewest }, deps)
    }
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) log.error({ err: error, form }, 'a form was not drawn')
    const { memory, locale } = draft
    const { problems, forms: texts } = textsFor(locale)
    const sentence = error instanceof EngineUnavailable ? problems.engineSilent : texts.broken
    const trouble = troubleScreen(form, { memory, locale, sentence })
    await show(trouble, { viewId, isNewest }, deps).catch(() => undefined)
  } finally {
    if (isNewest()) screens.delete(viewId)
  }
}

/** A form that was closed meanwhile is no trouble. */
async function show(
  view: ModalView,
  { viewId, isNewest }: { viewId: string; isNewest: () => boolean },
  { messages, log }: Pick<ListeningDeps, 'messages' | 'log'>,
): Promise<void> {
  await pRetry(
    async () => {
      if (!isNewest()) return
      const outcome = await messages.updateView(viewId, view)
      if (outcome.kind === 'done') return
      if (outcome.kind !== 'refused') throw new Error(`Slack: ${outcome.kind}`)
      if (outcome.code === 'not_found') return
      log.error({ code: outcome.code, details: outcome.details }, 'Slack refuses a form')
      throw new AbortError(outcome.code)
    },
    { retries: tries - 1, minTimeout: 300, factor: 2 },
  )
}
