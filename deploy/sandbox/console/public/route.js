/**
 * Where one is, in the address: `#/U0OPERATOR/C0OPSALERTS/1754312345.000100`. So two windows can be two people,
 * and a reload or a link leads back to the same place.
 * @typedef {object} Route
 * @property {string} person
 * @property {string} place a channel id, `home` or `messages` (the app's two tabs)
 * @property {string | undefined} thread
 */

/** @type {Route} */
const start = { person: 'U0OPERATOR', place: 'C0OPSALERTS', thread: undefined }

/** @param {string} hash @param {string | null} remembered the hash of the last visit @returns {Route} */
export function parseRoute(hash, remembered) {
  const [person, place, thread] = words(hash) ?? words(remembered ?? '') ?? []
  return { person: person ?? start.person, place: place ?? start.place, thread }
}

/** @param {string} hash */
function words(hash) {
  const found = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .filter(Boolean)
    .map(decodeURIComponent)
  return found.length === 0 ? undefined : found
}

/** @param {Route} route */
export function hashOf({ person, place, thread }) {
  return `#/${[person, place, thread]
    .filter((word) => word !== undefined)
    .map((word) => encodeURIComponent(word ?? ''))
    .join('/')}`
}
