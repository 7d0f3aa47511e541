import { oneWord, type Reader } from '../commands/reading/reader.ts'
import { nothing, reading } from '../commands/reading/subcommands.ts'
import { mention } from '../texts/mrkdwn.ts'
import { settingsView } from './settings-view.ts'

/** /ops settings */
export const settings = reading(nothing, async (_, { asked, deps, asking }) =>
  settingsView(await deps.engine.personSettings(asked.user), asking.texts),
)

const slackUser = /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/

/** A mention, as Slack turns @name into one. */
const person: Reader<string> = oneWord({
  missing: (texts) => texts.home.access.missingPerson,
  read: (word, { texts }) => {
    const user = slackUser.exec(word)?.[1]
    if (user !== undefined) return { value: user, typed: word }
    return { problem: texts.home.access.notAPerson(word), nearest: null }
  },
})

/** /ops revoke @PERSON */
export const revoke = reading(person, async (slack, { asked, deps, asking }) => {
  const { revoked } = await deps.engine.revokeAccess(slack, { by: asked.user })
  const texts = asking.texts.home.access
  return { text: (revoked === 0 ? texts.nothingToRevoke : texts.revoked)(mention(slack)).mrkdwn }
})
