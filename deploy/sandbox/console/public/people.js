/** @import { Message, State, User } from './slack.d.ts' */
import { h } from './dom.js'

/** @typedef {{ name: string, id: string, isApp: boolean }} Author */

/**
 * Who wrote a message. Bots' messages carry a `bot_id`; Slack's own notices come from Slackbot.
 * @param {Message} message
 * @param {State} state
 * @returns {Author}
 */
export function authorOf(message, state) {
  if (message.user === 'USLACKBOT') return { id: 'USLACKBOT', name: 'Slackbot', isApp: false }
  const user = message.bot_id === undefined ? userOf(message.user, state) : botUser(state)
  const id = message.user ?? message.bot_id ?? ''
  return {
    id,
    name: message.username ?? nameOf(user) ?? id,
    isApp: message.bot_id !== undefined || user?.isBot === true,
  }
}

/** @param {string | undefined} id @param {State} state */
export function userOf(id, state) {
  return state.users.find((user) => user.id === id)
}

/** @param {State} state */
function botUser(state) {
  return state.users.find((user) => user.isBot && user.id !== 'USLACKBOT')
}

/** @param {User | undefined} user */
export function nameOf(user) {
  return user === undefined ? undefined : user.realName || user.name
}

/**
 * A person is their initials on a colour of their own; the app has its sign.
 * @param {Author} author
 * @param {string} [size]
 */
export function avatar(author, size = 'normal') {
  if (author.isApp) return h('img', { class: `avatar avatar-${size}`, src: 'plantao.svg', alt: '' })
  const colour = author.id.split('').reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7) % 6
  return h(
    'span',
    { class: `avatar avatar-${size} avatar-${colour}`, 'aria-hidden': 'true' },
    initials(author.name),
  )
}

/** @param {string} name */
function initials(name) {
  const words = name.split(/\s+/).filter(Boolean)
  const last = words.length > 1 ? words.at(-1) : undefined
  return ((words[0]?.[0] ?? '?') + (last?.[0] ?? '')).toUpperCase()
}
