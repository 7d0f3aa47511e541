/** @import { Call, State } from './slack.d.ts' */
/** @import { OutsideCall } from './api.js' */
/** @import { Item } from './dom.js' */
/** @import { Texts } from './texts/texts.js' */
import { readCalls } from './api.js'
import { clockWithSeconds } from './dates.js'
import { byId, h, patchList } from './dom.js'

/** @typedef {{ state: State, texts: Texts }} Model */

const shown = 200
const rereadMilliseconds = 2_000

/**
 * What was asked of Slack and of others, newest first, narrowed down to a service, a method or to what was refused.
 * @returns {{ draw: (model: Model) => void }}
 */
export function createCalls() {
  const log = /** @type {HTMLDetailsElement} */ (byId('calls-log'))
  const list = byId('calls')
  const wanted = /** @type {HTMLSelectElement} */ (byId('calls-method'))
  const errorsOnly = /** @type {HTMLInputElement} */ (byId('calls-errors'))
  /** @type {OutsideCall[]} */
  let outside = []
  /** @type {Model | undefined} */
  let last

  /** @param {Model} model */
  function draw(model) {
    last = model
    if (!log.open) return
    const calls = [...model.state.calls.map((call) => slackCall(call, model.state)), ...outside]
    offerMethods(wanted, calls, model.texts)
    const [service = '', method = ''] = wanted.value.split('|')
    const found = calls
      .filter((call) => service === '' || call.service === service)
      .filter((call) => method === '' || call.method === method)
      .filter(({ ok }) => !(errorsOnly.checked && ok))
    drawCalls(list, found, model.texts)
  }

  function redraw() {
    if (last !== undefined) draw(last)
  }

  /** Others than Slack do not say when they are called. */
  async function reread() {
    if (!log.open || log.offsetParent === null) return
    outside = await readCalls().catch(() => outside)
    redraw()
  }

  for (const filter of [wanted, errorsOnly]) filter.addEventListener('change', redraw)
  log.addEventListener('toggle', () => {
    redraw()
    void reread()
  })
  setInterval(() => void reread(), rereadMilliseconds)
  return { draw }
}

/** @param {Call} call @param {State} state @returns {OutsideCall} */
function slackCall({ at, method, ok, error, channel, arguments: given }, state) {
  const result = ok ? 'ok' : (error ?? '')
  const where = placeOf(channel, state)
  return {
    at: new Date(at).toISOString(),
    service: 'Slack',
    method,
    ok,
    result: where === '' ? result : `${where} · ${result}`,
    arguments: given ?? {},
  }
}

/** The services and methods that were called, each once; what was chosen stays. @param {HTMLSelectElement} select @param {OutsideCall[]} calls @param {Texts} texts */
function offerMethods(select, calls, texts) {
  const chosen = select.value
  const seen = new Set(calls.map(({ service, method }) => `${service}|${method}`))
  if (chosen.includes('|')) seen.add(chosen)
  const offered = [...seen].toSorted()
  const key = `${texts.language} ${offered.join()}`
  if (select.dataset['offered'] === key) return
  select.dataset['offered'] = key
  const services = [...new Set(offered.map((value) => value.split('|')[0] ?? ''))]
  select.replaceChildren(
    h('option', { value: '' }, texts.allCalls),
    ...services.map((service) =>
      h(
        'optgroup',
        { label: service },
        h('option', { value: service }, texts.callsOf(service)),
        ...offered
          .filter((value) => value.startsWith(`${service}|`))
          .map((value) => h('option', { value }, value.slice(service.length + 1))),
      ),
    ),
  )
  select.value = chosen
}

/** @param {HTMLElement} list @param {OutsideCall[]} calls @param {Texts} texts */
function drawCalls(list, calls, texts) {
  const seen = new Map()
  const items = calls
    .toSorted((one, other) => (one.at < other.at ? -1 : 1))
    .slice(-shown)
    .map((call) => callItem(call, texts, seen))
    .toReversed()
  const none = {
    key: 'none',
    signature: texts.language,
    draw: () => h('p', { class: 'quiet' }, texts.noCalls),
  }
  patchList(list, items.length > 0 ? items : [none])
}

/** @param {OutsideCall} call @param {Texts} texts @param {Map<string, number>} seen @returns {Item} */
function callItem(call, texts, seen) {
  const content = JSON.stringify(call)
  const repeated = seen.get(content) ?? 0
  seen.set(content, repeated + 1)
  const { at, service, method, ok, result } = call
  return {
    key: `${content} ${repeated}`,
    signature: texts.language,
    draw: () => {
      const given = Object.entries(call.arguments)
      return h(
        'details',
        { class: ok ? 'call' : 'call call-failed' },
        h(
          'summary',
          {},
          h('time', {}, clockWithSeconds(new Date(at), texts)),
          h('code', {}, method),
          h('span', { class: 'call-service' }, service),
          h('span', { class: 'call-result' }, result),
        ),
        given.length > 0 && h('pre', {}, given.map(([name, value]) => `${name}: ${value}`).join('\n')),
      )
    },
  }
}

/** @param {string | null | undefined} id @param {State} state */
export function placeOf(id, state) {
  const channel = state.channels.find((known) => known.id === id)
  if (channel === undefined) return id?.startsWith('D') ? 'DM' : (id ?? '')
  return channel.isDm ? 'DM' : `#${channel.name}`
}
