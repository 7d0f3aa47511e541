/** @import { Message, State } from './slack.d.ts' */

/** How far a person has read a channel, kept in the browser. @param {string} person @param {string} channel */
const keyOf = (person, channel) => `plantao.read.${person}.${channel}`

/** @param {State} state @param {string} channel */
export function unreadCount(state, channel) {
  const read = Number(localStorage.getItem(keyOf(state.user.id, channel)) ?? 0)
  const shown = [...(state.messages[channel] ?? []), ...(state.ephemerals[channel] ?? [])]
  return shown.filter(({ ts, user }) => Number(ts) > read && user !== state.user.id).length
}

/** @param {State} state @param {string} channel */
export function markRead(state, channel) {
  const last = (state.messages[channel] ?? []).concat(state.ephemerals[channel] ?? []).reduce(newest, 0)
  if (last > 0) localStorage.setItem(keyOf(state.user.id, channel), last.toFixed(6))
}

/** @param {number} sofar @param {Message} message */
function newest(sofar, { ts }) {
  return Math.max(sofar, Number(ts))
}
