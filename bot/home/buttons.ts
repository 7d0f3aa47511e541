import { z } from 'zod'
import type { AccessRequest, PersonSettings } from '../../engine/client.ts'
import { EngineRefused } from '../../engine/client.ts'
import type { Answer, ButtonHandler, Deps, Pressed } from '../asked.ts'
import { textsFor } from '../texts/index.ts'
import { cardContext } from '../views/card-context.ts'
import { accessCard } from './access-cards.ts'
import { settingsView } from './settings-view.ts'

export const directMessages: ButtonHandler = async (pressed, deps) =>
  await change({ directMessages: pressed.value === 'on' }, pressed, deps)

const EndNotice = z.enum(['always', 'long', 'never'])

export const endNotice: ButtonHandler = async (pressed, deps) =>
  await change({ endNotice: EndNotice.parse(pressed.value) }, pressed, deps)

/** Home shows the change by itself; a message of settings is put in place of the one before. */
async function change(wanted: Partial<PersonSettings>, pressed: Pressed, deps: Deps): Promise<Answer | null> {
  const settings = await deps.engine.savePersonSettings(pressed.user, wanted)
  if (pressed.viewId !== undefined) return null
  return { ...settingsView(settings, textsFor(pressed.locale)), replaces: true }
}

/** Asks the admins to be let in. */
export const askAccess: ButtonHandler = async (pressed, deps) => {
  await deps.engine.askAccess({ by: pressed.user, name: pressed.userName ?? pressed.user })
  const { asked } = textsFor(pressed.locale).home.access
  // Home shows it once it is opened anew; an answer is what the person waits for.
  if (pressed.viewId !== undefined) await deps.engine.homeOpened(pressed.user)
  return { text: asked.mrkdwn }
}

const grantHours = 8

const grant =
  (role: NonNullable<AccessRequest['role']>, hours?: number): ButtonHandler =>
  async (pressed, deps) =>
    await decide(pressed, deps, (id) =>
      deps.engine.grantAccess(id, { by: pressed.user, role, ...(hours !== undefined && { hours }) }),
    )

export const grantViewerHours = grant('viewer', grantHours)
export const grantViewer = grant('viewer')
export const grantOperatorHours = grant('operator', grantHours)
export const grantOperator = grant('operator')

export const refuse: ButtonHandler = async (pressed, deps) =>
  await decide(pressed, deps, (id) => deps.engine.refuseAccess(id, { by: pressed.user }))

/** Every copy of the request changes by itself. Somebody who was too late is told what was decided. */
async function decide(
  pressed: Pressed,
  deps: Deps,
  act: (id: number) => Promise<AccessRequest>,
): Promise<Answer | null> {
  const id = z.coerce.number().int().positive().parse(pressed.value)
  try {
    await act(id)
    return null
  } catch (error) {
    if (!(error instanceof EngineRefused) || error.code !== 'access-decided') throw error
    return accessCard(await deps.engine.accessRequest(id), cardContext(pressed, deps))
  }
}
