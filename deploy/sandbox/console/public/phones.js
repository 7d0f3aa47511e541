/** @import { Phone } from './api.js' */
/** @import { Texts } from './texts/texts.js' */
import { pressPhone, readPhones } from './api.js'
import { byId, patchList } from './dom.js'
import { notify, whatFailed } from './notices.js'
import { phoneItem } from './phone.js'
import { createRingTone } from './ring-tone.js'

/**
 * Everybody's phone in a pane of its own; a ringing one is announced above the messages as well.
 * @param {{ onOpen: () => void, texts: () => Texts, changed: () => void }} actions
 * @returns {{ draw: (texts: Texts) => void, read: () => void, close: () => boolean }} `close` says whether it was open
 */
export function createPhones({ onOpen, texts, changed }) {
  const pane = byId('phones')
  const opener = byId('phones-open')
  const line = byId('ringing')
  const sound = /** @type {HTMLInputElement} */ (byId('phones-sound'))
  const tone = createRingTone()
  /** @type {Phone[]} */
  let phones = []
  let readings = 0

  /** @param {boolean} open */
  function show(open) {
    pane.hidden = !open
    opener.setAttribute('aria-expanded', String(open))
    if (open) onOpen()
    changed()
  }

  function close() {
    const wasOpen = !pane.hidden
    if (wasOpen) {
      show(false)
      opener.focus()
    }
    return wasOpen
  }

  async function read() {
    readings += 1
    const mine = readings
    const answer = await readPhones().catch(() => undefined)
    // What was asked later is newer.
    if (answer === undefined || mine !== readings) return
    phones = answer
    changed()
  }

  /** @type {import('./phone.js').Press} */
  async function press(button) {
    try {
      await pressPhone(button)
    } catch (error) {
      notify(whatFailed(error, texts()))
    }
  }

  opener.addEventListener('click', () => show(pane.hidden !== false))
  line.addEventListener('click', () => {
    show(true)
    byId('phones-list').querySelector('button')?.focus()
  })
  byId('phones-close').addEventListener('click', close)
  sound.addEventListener('change', () => tone.allow(sound.checked))

  return {
    close,
    read: () => void read(),
    draw: (words) => {
      const ringing = phones.filter(({ calls }) => calls.some(({ state }) => state === 'ringing'))
      opener.hidden = phones.length === 0
      opener.classList.toggle('phones-ringing', ringing.length > 0)
      const count = byId('phones-count')
      count.hidden = ringing.length === 0
      count.textContent = String(ringing.length)
      line.hidden = ringing.length === 0 || pane.hidden === false
      line.textContent = words.ringingFor(ringing.map(({ name }) => name))
      tone.ring(ringing.length > 0)
      if (pane.hidden === false)
        patchList(
          byId('phones-list'),
          phones.map((phone) => phoneItem(phone, words, press)),
        )
    },
  }
}
