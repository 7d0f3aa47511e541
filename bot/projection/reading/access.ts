import type { Reader } from '../views.ts'

/** Somebody asks to be let in: a message to each admin. */
export const accessReader: Reader = async (id, { engine, views, settings, now, mannersOf }) => {
  const { personal } = views
  if (personal === undefined) return null
  const { revision, people } = await engine.copies(`access/${id}`)
  const request = await engine.accessRequest(Number(id))
  return {
    revision,
    urgent: true,
    places: people.map((channel) => ({ channel })),
    draw: async ({ channel }) => personal.access(request, { settings, now, ...(await mannersOf(channel)) }),
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
