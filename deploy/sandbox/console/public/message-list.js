/** @import { Message } from './slack.d.ts' */
/** @import { Item } from './dom.js' */
/** @import { MessageContext } from './message.js' */
import { dayLabel, dayOf, momentOf } from './dates.js'
import { h, patchList } from './dom.js'
import { messageItem } from './message.js'
import { authorOf } from './people.js'

/** @typedef {(message: Message) => Omit<MessageContext, 'continues'>} ContextOf */

/**
 * Draws messages beneath each other, with a line where a new day begins.
 * @param {HTMLElement} list
 * @param {Message[]} messages oldest first
 * @param {{ contextOf: ContextOf, before?: Item[], days?: boolean }} options
 */
export function drawMessages(list, messages, { contextOf, before = [], days = true }) {
  const now = new Date()
  /** @type {Item[]} */
  const items = [...before]
  messages.forEach((message, index) => {
    const context = contextOf(message)
    const previous = messages[index - 1]
    const moment = momentOf(message.ts)
    const newDay = previous === undefined || dayOf(momentOf(previous.ts)) !== dayOf(moment)
    if (newDay && days) items.push(dayItem(dayOf(moment), dayLabel(moment, now, context.reader.texts)))
    const continues = previous !== undefined && !newDay && continuesAuthor(previous, message, context)
    items.push(messageItem(message, { ...context, continues }))
  })
  patchList(list, items)
}

/** @param {string} day @param {string} label @returns {Item} */
function dayItem(day, label) {
  return { key: `day ${day}`, signature: label, draw: () => h('div', { class: 'day' }, h('span', {}, label)) }
}

const sameBreathSeconds = 300
const nearEndPixels = 48

/** @param {Message} previous @param {Message} message @param {Omit<MessageContext, 'continues'>} context */
function continuesAuthor(previous, message, { reader: { state } }) {
  const plain = [previous, message].every(
    ({ ephemeral, blocks = [] }) => ephemeral !== true && blocks.length === 0,
  )
  const soon = Number(message.ts) - Number(previous.ts) < sameBreathSeconds
  return plain && soon && authorOf(previous, state).id === authorOf(message, state).id
}

/**
 * Keeps the end in sight for who reads at the end, whatever grows or shrinks; who reads further up stays there.
 * @param {HTMLElement} scroller
 * @param {HTMLElement} content
 * @returns {{ toEnd: () => void, isFollowing: () => boolean }}
 */
export function followEnd(scroller, content) {
  let following = true
  let lastTop = 0

  function toEnd() {
    following = true
    scroller.scrollTop = scroller.scrollHeight
  }

  scroller.addEventListener('scroll', () => {
    const { scrollTop } = scroller
    const atEnd = scroller.scrollHeight - scrollTop - scroller.clientHeight < nearEndPixels
    // Only who scrolls up leaves the end: it also moves away when something grows before this event comes.
    following = atEnd || (following && scrollTop >= lastTop)
    lastTop = scrollTop
  })
  const observer = new ResizeObserver(() => {
    if (following) toEnd()
  })
  observer.observe(scroller)
  observer.observe(content)
  return { toEnd, isFollowing: () => following }
}
