import { person } from '../commands/reading/person.ts'
import { nothing, reading } from '../commands/reading/subcommands.ts'
import { mention } from '../texts/mrkdwn.ts'
import { settingsView } from './settings-view.ts'

/** /ops settings */
export const settings = reading(nothing, async (_, { asked, deps, asking }) =>
  settingsView(await deps.engine.personSettings(asked.user), asking.texts),
)

/** /ops revoke @PERSON */
export const revoke = reading(person, async (slack, { asked, deps, asking }) => {
  const { revoked } = await deps.engine.revokeAccess(slack, { by: asked.user })
  const texts = asking.texts.home.access
  return { text: (revoked === 0 ? texts.nothingToRevoke : texts.revoked)(mention(slack)).mrkdwn }
})
