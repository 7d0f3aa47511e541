/** @import { Phone, PhoneCall } from './api.js' */
/** @import { Item } from './dom.js' */
/** @import { Texts } from './texts/texts.js' */
import { slackDate } from './dates.js'
import { h } from './dom.js'

/** @typedef {(press: { phone: string, call: string, act: 'acknowledge' | 'resolve' }) => Promise<void>} Press */

/**
 * Somebody's phone: what rings, what they have taken, and what is over.
 * @param {Phone} phone
 * @param {Texts} texts
 * @param {Press} press
 * @returns {Item}
 */
export function phoneItem(phone, texts, press) {
  return {
    key: phone.id,
    signature: JSON.stringify([phone, texts.language]),
    draw: (previous) => {
      const drawn = drawPhone(phone, texts, press)
      const history = drawn.querySelector('details')
      if (history !== null) history.open = previous?.querySelector('details')?.open === true
      return drawn
    },
  }
}

/** @param {Phone} phone @param {Texts} texts @param {Press} press */
function drawPhone({ id, name, levels, calls }, texts, press) {
  const rings = calls.some(({ state }) => state === 'ringing')
  const open = calls
    .filter(({ state }) => state !== 'resolved')
    .toSorted((one, other) => Number(other.state === 'ringing') - Number(one.state === 'ringing'))
  const notOnCall = levels.length > 0 ? '' : texts.notOnCall
  const over = calls.filter(({ state }) => state === 'resolved')
  return h(
    'section',
    {
      class: rings ? 'phone phone-ringing' : 'phone',
      'aria-label': texts.phoneOf(name),
      'data-testid': `phone-${id}`,
    },
    h(
      'header',
      {},
      h('span', { class: 'phone-device', 'aria-hidden': 'true' }, h('span', { class: 'icon icon-phone' })),
      h('h3', {}, name, h('small', {}, levels.filter((level) => level !== name).join(', ') || notOnCall)),
      h('span', { class: 'phone-state' }, rings ? texts.ringing : texts.quietPhone),
    ),
    open.length > 0 &&
      h('ol', { class: 'phone-calls' }, ...open.map((call) => drawCall(call, { phone: id, texts, press }))),
    over.length > 0 &&
      h(
        'details',
        { class: 'phone-history' },
        h('summary', { 'data-testid': `phone-${id}-history` }, texts.pastCalls(over.length)),
        h('ol', { class: 'phone-calls' }, ...over.map((call) => drawCall(call, { phone: id, texts, press }))),
      ),
  )
}

/** @param {PhoneCall} call @param {{ phone: string, texts: Texts, press: Press }} context */
function drawCall(call, { phone, texts, press }) {
  const { id, title, level, state, since } = call
  return h(
    'li',
    { class: `phone-call call-${state}`, 'data-testid': `call-${id}` },
    h('strong', {}, title),
    h('p', {}, `${level} · `, drawSince(since, texts), ` · ${stateWords(call, texts)}`),
    state !== 'resolved' &&
      h(
        'div',
        { class: 'phone-buttons' },
        state === 'ringing' && drawButton('acknowledge', 'button button-primary'),
        drawButton('resolve', 'button'),
      ),
  )

  /** @param {'acknowledge' | 'resolve'} act @param {string} style */
  function drawButton(act, style) {
    const button = h(
      'button',
      { type: 'button', class: style, 'data-testid': `${act}-${id}-${phone}` },
      texts[act],
    )
    button.addEventListener('click', async () => {
      button.disabled = true
      await press({ phone, call: id, act })
      button.disabled = false
    })
    return button
  }
}

/** @param {PhoneCall} call @param {Texts} texts */
function stateWords({ state, acknowledgedBy }, texts) {
  if (state === 'ringing') return texts.ringing
  return state === 'acknowledged' ? texts.acknowledgedBy(acknowledgedBy) : texts.resolvedCall
}

/** Grows old on the screen like a message's dates. @param {string} since @param {Texts} texts */
function drawSince(since, texts) {
  const timestamp = Math.floor(Date.parse(since) / 1000)
  const format = '{time} ({ago})'
  return h(
    'time',
    { datetime: since, 'data-timestamp': timestamp, 'data-format': format },
    slackDate(timestamp, format, new Date(), texts),
  )
}
