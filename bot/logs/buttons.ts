import { z } from 'zod'
import type { Answer, ButtonHandler, Deps, Locale } from '../asked.ts'
import { channelOfJob } from '../projection/reading/job.ts'
import { textsFor } from '../texts/index.ts'
import { channelLink } from '../texts/mrkdwn.ts'
import { type CardContext, cardContext } from '../views/card-context.ts'
import { logPage } from './log-page.ts'

const Id = z.coerce.number().int().positive()

/** The newest lines, for the one who asked: beside the card. */
export const log: ButtonHandler = async (pressed, deps) => {
  const job = await deps.engine.job(Id.parse(pressed.value))
  return await logPage(job, 0, { deps, c: cardContext(pressed, deps) })
}

/** The newest lines in place of those that were shown. */
export const newest: ButtonHandler = async (pressed, deps) => {
  const job = await deps.engine.job(Id.parse(pressed.value))
  return { ...(await logPage(job, 0, { deps, c: cardContext(pressed, deps) })), replaces: true }
}

/** The lines before those that are shown, in their place. */
export const older: ButtonHandler = async (pressed, deps) => {
  const [id, before] = z.tuple([Id, Id]).parse(pressed.value.split(':'))
  const job = await deps.engine.job(id)
  const c = cardContext(pressed, deps)
  const page = await deps.engine.log(id, { before, limit: 1 })
  if (page.lines.length === 0) return { text: c.texts.home.log.noMore(id).mrkdwn }
  return { ...(await logPage(job, before, { deps, c })), replaces: true }
}

/** From now on the log grows in the job's thread; the page says so. */
export const follow: ButtonHandler = async (pressed, deps) => ({
  ...(await followLog(Id.parse(pressed.value), cardContext(pressed, deps), deps)),
  replaces: true,
})

/** The newest lines of a log; while the job is not over, the next ones appear in its thread. */
export async function followLog(id: number, c: CardContext, deps: Pick<Deps, 'engine'>): Promise<Answer> {
  const job = await deps.engine.job(id)
  const { state } = job.finishedAt === null ? await deps.engine.followLog(id) : { state: 'over' as const }
  if (state === 'over') return await logPage(job, 0, { deps, c })
  const { following, followsWhenStarted } = c.texts.home.log
  const said = { following, 'when-started': followsWhenStarted }[state]
  return await logPage(job, 0, { deps, c, note: said(id, channelLink(channelOfJob(job, c.settings))) })
}

/** The whole log as a file in the job's thread. */
export const file: ButtonHandler = async (pressed, deps) =>
  await askLogFile(Id.parse(pressed.value), pressed, deps)

export async function askLogFile(
  id: number,
  { locale }: { locale: Locale },
  { engine }: Pick<Deps, 'engine'>,
): Promise<Answer> {
  const texts = textsFor(locale).home.log
  const { state } = await engine.logFile(id)
  const said = { coming: texts.coming, 'when-over': texts.whenOver, there: texts.there }[state]
  return { text: said(id).mrkdwn }
}
