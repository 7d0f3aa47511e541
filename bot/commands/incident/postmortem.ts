import type { Answer, Deps, Locale } from '../../asked.ts'
import { textsFor } from '../../texts/index.ts'

/** Has the postmortem put into the thread of the incident, as it stands now. */
export async function postmortemAnswer(
  id: number,
  { locale }: { locale: Locale },
  { engine }: Pick<Deps, 'engine'>,
): Promise<Answer> {
  const { state } = await engine.postmortemFile(id)
  return { text: textsFor(locale).incident.answers.postmortem[state](id).mrkdwn }
}
