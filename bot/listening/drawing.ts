import type { ModalView } from '@slack/web-api'
import pRetry, { AbortError } from 'p-retry'
import { EngineUnavailable } from '../../engine/client.ts'
import type { Draft, FormName } from '../forms/form.ts'
import { forms } from '../forms/index.ts'
import { troubleScreen } from '../forms/screens.ts'
import { textsFor } from '../texts/index.ts'
import type { Mrkdwn } from '../texts/mrkdwn.ts'
import type { ListeningDeps } from './deps.ts'
import { BotStops } from './drawings.ts'

export interface Drawing {
  form: FormName
  viewId: string
  draft: Draft
}

const tries = 4

/**
 * Makes an open form look as it is to look now, then again as more becomes known, until somebody has changed it once
 * more: what is drawn for an older choice is dropped. Where the bot stops first, the form says so. Never throws.
 */
export async function drawForm(drawing: Drawing, deps: ListeningDeps): Promise<void> {
  await deps.drawings.keep(draw(drawing, deps))
}

async function draw({ form, viewId, draft }: Drawing, deps: ListeningDeps): Promise<void> {
  const { drawings, engine, settings, log } = deps
  const mine = Symbol(viewId)
  const isNewest = (): boolean => drawings.newest.get(viewId) === mine
  let isOver = false
  drawings.newest.set(viewId, mine)

  async function fill(): Promise<void> {
    const formDeps = { engine, settings: await settings.get(), now: () => new Date() }
    for await (const view of forms[form].draw(draft, formDeps)) {
      if (isOver || !isNewest()) return
      await show(view, { viewId, isWanted: () => !isOver && isNewest() }, deps)
    }
  }

  try {
    await drawings.unlessStopped(fill())
  } catch (error) {
    isOver = true
    const isExpected = error instanceof EngineUnavailable || error instanceof BotStops
    if (!isExpected) log.error({ err: error, form }, 'a form was not drawn')
    const { memory, locale } = draft
    const trouble = troubleScreen(form, { memory, locale, sentence: sentenceFor(error, locale) })
    await show(trouble, { viewId, isWanted: isNewest }, deps).catch(() => undefined)
  } finally {
    if (isNewest()) drawings.newest.delete(viewId)
  }
}

function sentenceFor(error: unknown, locale: Draft['locale']): Mrkdwn {
  const { problems, forms: texts } = textsFor(locale)
  if (error instanceof BotStops) return texts.restarting
  return error instanceof EngineUnavailable ? problems.engineSilent : texts.broken
}

/** A form that was closed meanwhile is no trouble. */
async function show(
  view: ModalView,
  { viewId, isWanted }: { viewId: string; isWanted: () => boolean },
  { messages, log }: Pick<ListeningDeps, 'messages' | 'log'>,
): Promise<void> {
  await pRetry(
    async () => {
      if (!isWanted()) return
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
