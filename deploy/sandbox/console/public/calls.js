/** @import { Call, State } from './slack.d.ts' */
/** @import { Item } from './dom.js' */
/** @import { Texts } from './texts/texts.js' */
import { clockWithSeconds } from './dates.js'
import { h, patchList } from './dom.js'

/**
 * What the app asked of Slack, newest first.
 * @param {HTMLElement} list
 * @param {State} state
 * @param {Texts} texts
 */
export function drawCalls(list, state, texts) {
  const seen = new Map()
  const items = state.calls.map((call) => callItem(call, { state, texts, seen })).toReversed()
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
  const channel = state.channels.find(({ id }) => id === call.channel)
  return {
    key: `${content} ${repeated}`,
    signature: texts.language,
    draw: () =>
      h(
        'div',
        { class: call.ok ? 'call' : 'call call-failed' },
        h('time', {}, clockWithSeconds(new Date(call.at), texts)),
        h('code', {}, call.method),
        h(
          'span',
          { class: 'call-channel' },
          channel === undefined ? call.channel : channel.isDm ? 'DM' : `#${channel.name}`,
        ),
        h('span', { class: 'call-result' }, call.ok ? 'ok' : (call.error ?? '')),
      ),
  }
}
