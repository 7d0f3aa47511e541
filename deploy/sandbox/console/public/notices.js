/** @import { Texts } from './texts/texts.js' */
import { byId, h } from './dom.js'

const shownMilliseconds = 6_000

/**
 * Says something in passing, above everything, open dialogs included.
 * @param {string} text
 */
export function notify(text) {
  const notices = byId('notices')
  const notice = h('p', { class: 'notice' }, text)
  notices.append(notice)
  if (notices.matches(':popover-open')) notices.hidePopover()
  notices.showPopover()
  setTimeout(() => {
    notice.remove()
    if (notices.childElementCount === 0) notices.hidePopover()
  }, shownMilliseconds)
}

/**
 * What went wrong, in words for the person. A browser that reaches nobody throws a TypeError.
 * @param {unknown} error
 * @param {Texts} texts
 */
export function whatFailed(error, texts) {
  if (error instanceof TypeError) return texts.noContact
  return texts.failed(error instanceof Error ? error.message : String(error))
}
