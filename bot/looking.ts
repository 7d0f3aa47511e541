import type { Answer, Deps, Locale } from './asked.ts'
import { howToGetIn } from './home/access-cards.ts'
import { textsFor } from './texts/index.ts'

/**
 * Looking is a right like any other, `read` in the runbook file, and the engine says who has it. Whoever has not is told
 * how to get it, wherever they look: in App Home, by a command, by a button.
 */
export async function ifMayLook(
  { user, locale }: { user: string; locale: Locale },
  { engine }: Pick<Deps, 'engine'>,
  look: () => Promise<Answer | null>,
): Promise<Answer | null> {
  const { person, may, admins } = await engine.who(user)
  if (may.some(({ command }) => command === 'read')) return await look()
  const texts = textsFor(locale)
  return person.known
    ? { text: texts.forms.notAllowed(admins.map(({ name }) => name)).mrkdwn }
    : howToGetIn(texts.home.access.how, { texts })
}
