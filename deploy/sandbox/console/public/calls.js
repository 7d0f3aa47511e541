/** @import { Call, State } from './slack.d.ts' */
/** @import { Item } from './dom.js' */
/** @import { Texts } from './texts/texts.js' */
import { clockWithSeconds } from './dates.js'
import { byId, h, patchList } from './dom.js'

/**
 * What the app asked of Slack, newest first, narrowed down to a method or to what was refused.
 * @returns {{ draw: (model: { state: State, texts: Texts }) => void }}
 */
export function createCalls() {
  const list = byId('calls')
  const method = /** @type {HTMLSelectElement} */ (byId('calls-method'))
  const errorsOnly = /** @type {HTMLInputElement} */ (byId('calls-errors'))
  /** @type {{ state: State, texts: Texts } | undefined} */
  let shown

  /** @param {{ state: State, texts: Texts }} model */
  function draw(model) {
    shown = model
    offerMethods(method, model)
    const wanted = model.state.calls.filter(
      (call) => (method.value === '' || call.method === method.value) && !(errorsOnly.checked && call.ok),
    )
    drawCalls(list, wanted, model)
  }
  for (const filter of [method, errorsOnly]) {
    filter.addEventListener('change', () => {
      if (shown !== undefined) draw(shown)
    })
  }
  return { draw }
}

/** The methods that were called, each once; the one that was chosen stays. @param {HTMLSelectElement} select @param {{ state: State, texts: Texts }} model */
function offerMethods(select, { state, texts }) {
  const chosen = select.value
  const methods = [
    ...new Set([...state.calls.map((call) => call.method), ...(chosen === '' ? [] : [chosen])]),
  ]
  const offered = `${texts.language} ${methods.toSorted().join()}`
  if (select.dataset['offered'] === offered) return
  select.dataset['offered'] = offered
  select.replaceChildren(
    h('option', { value: '' }, texts.allCalls),
    ...methods.toSorted().map((method) => h('option', { value: method }, method)),
  )
  select.value = chosen
}

/** @param {HTMLElement} list @param {Call[]} calls oldest first @param {{ state: State, texts: Texts }} model */
function drawCalls(list, calls, { state, texts }) {
  const seen = new Map()
  const items = calls.map((call) => callItem(call, { state, texts, seen })).toReversed()
  const none = {
    key: 'none',
    signature: texts.language,
    draw: () => h('p', { class: 'quiet' }, texts.noCalls),
  }
  patchList(list, items.length > 0 ? items : [none])
}

/** @param {Call} call @param {{ state: State, texts: Texts, seen: Map<string, number> }} context @returns {Item} */
function callItem(call, { state, texts, seen }) {
  const content = JSON.stringify(call)
  const repeated = seen.get(content) ?? 0
  seen.set(content, repeated + 1)
  return {
    key: `${content} ${repeated}`,
    signature: texts.language,
    draw: () => {
      const given = Object.entries(call.arguments ?? {})
      return h(
        'details',
        { class: call.ok ? 'call' : 'call call-failed' },
        h(
          'summary',
          {},
          h('time', {}, clockWithSeconds(new Date(call.at), texts)),
          h('code', {}, call.method),
          h('span', { class: 'call-channel' }, placeOf(call.channel, state)),
          h('span', { class: 'call-result' }, call.ok ? 'ok' : (call.error ?? '')),
        ),
        h('pre', {}, given.map(([name, value]) => `${name}: ${value}`).join('\n')),
      )
    },
  }
}

/** @param {string | null | undefined} id @param {State} state */
export function placeOf(id, state) {
  const channel = state.channels.find((known) => known.id === id)
  if (channel === undefined) return id ?? ''
  return channel.isDm ? 'DM' : `#${channel.name}`
}
