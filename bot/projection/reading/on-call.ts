import type { Reader } from '../views.ts'

/** A hand-over, or a gap: told once where operations are talked about. */
export const onCallReader: Reader = async (id, { engine, views, settings, now }) => {
  const { onCallNotice: draw } = views
  if (draw === undefined) return null
  const notice = await engine.onCallNotice(Number(id))
  return {
    revision: notice.revision,
    urgent: true,
    places: [{ channel: settings.channels.operations }],
    draw: async () => draw(notice, { settings, now }),
  }
}
