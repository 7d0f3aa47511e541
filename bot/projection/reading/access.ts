import type { Reader } from '../views.ts'

/** Somebody asks to be let in: a message to each admin, or one in the channel when no admin takes those. */
export const accessReader: Reader = async (id, { engine, views, settings, now, mannersOf }) => {
  const { personal } = views
  if (personal === undefined) return null
  const { revision, people } = await engine.copies(`access/${id}`)
  const request = await engine.accessRequest(Number(id))
  const { operations } = settings.channels
  const isUnheard = request.state === 'open' && people.length === 0
  return {
    revision,
    urgent: true,
    places: isUnheard ? [{ channel: operations }] : people.map((channel) => ({ channel })),
    draw: async ({ channel }) => {
      const manners = channel === operations ? settings : await mannersOf(channel)
      return personal.access(request, { settings, now, locale: manners.locale, timeZone: manners.timeZone })
    },
  }
}

/** What came of it, for the one who asked. */
export const accessAnswerReader: Reader = async (id, { engine, views, settings, now, mannersOf }) => {
  const { personal } = views
  if (personal === undefined) return null
  const { revision, people } = await engine.copies(`access-answer/${id}`)
  const request = await engine.accessRequest(Number(id))
  return {
    revision,
    urgent: true,
    places: people.map((channel) => ({ channel })),
    draw: async ({ channel }) =>
      personal.accessAnswer(request, { settings, now, ...(await mannersOf(channel)) }),
  }
}
