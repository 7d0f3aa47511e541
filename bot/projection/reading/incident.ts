import type { Reader } from '../views.ts'

export const incidentReader: Reader = async (id, { engine, views, settings, now }) => {
  const incident = await engine.incident(Number(id))
  return {
    revision: incident.revision,
    urgent: true,
    places: [{ channel: settings.channels.incidents }],
    draw: async () => views.incident(incident, { settings, now }),
  }
}
