/** @import { State } from './slack.d.ts' */
/** @import { Item } from './dom.js' */
/** @import { Route } from './route.js' */
/** @import { Texts } from './texts/texts.js' */
import { h, patchList } from './dom.js'
import { avatar, nameOf, userOf } from './people.js'
import { unreadCount } from './unread.js'

/**
 * @typedef {object} SidebarContext
 * @property {State} state
 * @property {Texts} texts
 * @property {Route} route
 * @property {(place: string) => void} go
 */

/** @param {HTMLElement} list @param {SidebarContext} context */
export function drawChannels(list, { state, texts, route, go }) {
  const channels = state.channels.filter(({ isDm }) => !isDm)
  patchList(
    list,
    channels.map(({ id, name }) => {
      const unread = id === route.place ? 0 : unreadCount(state, id)
      return placeItem(
        { place: id, label: name, sign: '#', current: route.place === id, unread, badge: false },
        texts,
        go,
      )
    }),
  )
}

/** The app: its Home and its conversation. @param {HTMLElement} list @param {SidebarContext} context */
export function drawApps(list, { state, texts, route, go }) {
  const conversation = dmChannel(state)
  const unread =
    conversation === undefined || route.place === 'messages' ? 0 : unreadCount(state, conversation.id)
  const current = route.place === 'home' || route.place === 'messages'
  const place = unread > 0 ? 'messages' : 'home'
  patchList(list, [
    placeItem({ place, label: texts.appName, sign: undefined, current, unread, badge: true }, texts, go),
  ])
}

/**
 * The place above or below in the sidebar; round at its ends.
 * @param {State} state
 * @param {string} place
 * @param {number} step
 */
export function placeBeyond(state, place, step) {
  const places = [...state.channels.filter(({ isDm }) => !isDm).map(({ id }) => id), 'home', 'messages']
  return places.at((places.indexOf(place) + step) % places.length) ?? place
}

/** The person's conversation with the app, once there is one. @param {State} state */
export function dmChannel(state) {
  return state.channels.find(({ isDm, user }) => isDm && (user === undefined || user === state.user.id))
}

/**
 * @param {{ place: string, label: string, sign: string | undefined, current: boolean, unread: number, badge: boolean }} entry
 * @param {Texts} texts
 * @param {(place: string) => void} go
 * @returns {Item}
 */
function placeItem(entry, texts, go) {
  const { place, label, sign, current, unread, badge } = entry
  return {
    key: label,
    signature: JSON.stringify([entry, texts.language]),
    draw: () =>
      h(
        'button',
        {
          type: 'button',
          class: unread > 0 ? 'place unread' : 'place',
          'aria-current': current && 'page',
          'aria-label': unread > 0 ? `${label}, ${texts.unread(unread)}` : label,
          'data-testid': sign === '#' ? `channel-${place}` : 'app',
          onclick: () => go(place),
        },
        sign === undefined
          ? avatar({ id: label, name: label, isApp: true }, 'tiny')
          : h('span', { class: 'place-sign', 'aria-hidden': 'true' }, sign),
        h('span', { class: 'place-label' }, label),
        badge && unread > 0 && h('span', { class: 'place-badge' }, unread),
      ),
  }
}

/**
 * Who one is.
 * @param {{ select: HTMLSelectElement, faces: HTMLElement[] }} where
 * @param {{ state: State, person: string }} context
 */
export function drawPerson({ select, faces }, { state, person }) {
  const people = state.users.filter(({ isBot, id }) => !isBot && id !== 'USLACKBOT')
  const offered = people.map((user) => `${user.id} ${nameOf(user)}`).join()
  if (select.dataset['offered'] !== offered) {
    select.replaceChildren(...people.map((user) => h('option', { value: user.id }, nameOf(user) ?? user.id)))
    select.dataset['offered'] = offered
  }
  select.value = person
  const name = nameOf(userOf(person, state)) ?? person
  for (const face of faces) face.replaceChildren(avatar({ id: person, name, isApp: false }))
}
