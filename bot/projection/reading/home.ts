import type { Reader } from '../views.ts'

/** A person's App Home: somebody looks at it, so it goes before progress in a channel. */
export const homeReader: Reader = async (slack, { engine, views, settings, now, mannersOf }) => {
  const { personal } = views
  if (personal === undefined) return null
  const { revision } = await engine.copies(`home/${slack}`)
  return {
    revision,
    urgent: true,
    places: [{ channel: slack }],
    surface: 'home',
    draw: async () => personal.home(await engine.home(slack), { settings, now, ...(await mannersOf(slack)) }),
  }
}
