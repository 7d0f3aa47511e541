/** @import { State } from './slack.d.ts' */
/** @import { Model } from './page.d.ts' */
/** @import { PlaceActions } from './place.js' */
/** @import { Route } from './route.js' */
import { closeView, openHome } from './api.js'
import { createComposer } from './composer.js'
import { byId } from './dom.js'
import { createDrawer } from './drawer.js'
import { refreshDates } from './formatted.js'
import { createHome } from './home.js'
import { drawingWhenReleased } from './holding.js'
import { createModal } from './modal.js'
import { createPhones } from './phones.js'
import { createPlace } from './place.js'
import { hashOf, parseRoute } from './route.js'
import { sendText } from './sending.js'
import { drawApps, drawChannels, drawPerson, placeBeyond } from './sidebar.js'
import { follow } from './store.js'
import { createSurfaces } from './surfaces.js'
import { textsFor } from './texts/texts.js'
import { translate } from './translate.js'
import { createShortcuts } from './shortcuts.js'
import { createThread } from './thread.js'

const wantedLanguage = new URLSearchParams(location.search).get('lang')
const rememberedRoute = 'plantao.route'

let route = parseRoute(location.hash, localStorage.getItem(rememberedRoute))
/** @type {State | undefined} */
let state
/** @type {Set<string>} */
const dismissed = new Set()

/** @returns {Model} */
function model() {
  if (state === undefined) throw new Error('Nothing is drawn before the first state')
  const texts = textsFor(wantedLanguage, state.users.find(({ id }) => id === route.person)?.locale)
  return { state, texts, route, reader: { state, texts } }
}

/** @param {Partial<Route>} change */
function go(change) {
  location.hash = hashOf({ ...route, ...change })
}

const surfaces = createSurfaces(model)

/** @type {PlaceActions['contextOf']} */
const contextOf =
  ({ reader }, replies) =>
  (message) => ({
    reader,
    surface: surfaces.surfaceAt({ channel: message.channel, ts: message.ts }),
    replies: replies(message),
    shortcuts,
    openThread: (thread) => {
      closePanes()
      go({ thread })
    },
    dismiss: (ts) => {
      dismissed.add(ts)
      if (state !== undefined) receive(state)
    },
  })

const composer = createComposer({
  name: '',
  send: (text) => {
    place.toEnd()
    void sendText(text, { model: model(), composer, thread: undefined }).then(place.toEnd)
  },
})
byId('composer').append(composer.element)

const threadComposer = createComposer({
  name: 'thread',
  send: (text) => void sendText(text, { model: model(), composer: threadComposer, thread: route.thread }),
})
byId('thread-composer').append(threadComposer.element)

const place = createPlace({ go: (to) => go({ place: to, thread: undefined }), contextOf, composer })
const thread = createThread({ contextOf, composer: threadComposer })
const home = createHome(surfaces.surfaceAt)
const drawer = createDrawer({
  onOpen: () => {
    phones.close()
    go({ thread: undefined })
    draw()
  },
})
const phones = createPhones({
  onOpen: () => {
    drawer.close()
    go({ thread: undefined })
  },
  texts: () => model().texts,
  changed: () => draw(),
})

/** Whether one was open. */
function closePanes() {
  return drawer.close() || phones.close()
}

const modal = createModal({
  surfaceOf: ({ id }) => surfaces.surfaceAt({ viewId: id }),
  submit: surfaces.submit,
  close: async (views) => {
    for (const { id } of views) await closeView({ user: route.person, viewId: id })
  },
})

const shortcuts = createShortcuts({
  person: () => route.person,
  texts: () => model().texts,
  loaded: () => draw(),
})

const draw = drawingWhenReleased(() => {
  if (state === undefined) return
  const shown = model()
  translate(shown.texts)
  const sidebar = { ...shown, go: goFromMenu }
  drawChannels(byId('channels'), sidebar)
  drawApps(byId('apps'), sidebar)
  drawPerson(
    { select: personSelect, faces: [byId('person-face'), byId('header-face')] },
    { state: shown.state, person: route.person },
  )
  shortcuts.draw()
  place.draw(shown)
  home.draw(shown)
  thread.draw(shown)
  drawer.draw(shown)
  phones.draw(shown.texts)
  modal.show(shown.state.views, shown.reader)
})

/** @param {State} newState */
function receive(newState) {
  const ephemerals = Object.entries(newState.ephemerals).map(([channel, messages]) => [
    channel,
    messages.filter(({ ts }) => !dismissed.has(ts)),
  ])
  state = { ...newState, ephemerals: Object.fromEntries(ephemerals) }
  draw()
}

function followPerson() {
  return follow(route.person, {
    onState: receive,
    onContact: (connected) => (byId('contact').hidden = connected),
    onPhones: phones.read,
  })
}

let stopFollowing = followPerson()
enter(undefined)

/** What going somewhere brings with it. @param {Route | undefined} before */
function enter(before) {
  localStorage.setItem(rememberedRoute, hashOf(route))
  if (before !== undefined && before.person !== route.person) {
    stopFollowing()
    state = undefined
    stopFollowing = followPerson()
  }
  const arrived = before?.place !== route.place || before.person !== route.person
  if (route.place === 'home' && arrived) openHome(route.person).catch((error) => console.warn(error))
  if (route.thread !== undefined) closePanes()
}

addEventListener('hashchange', () => {
  const before = route
  route = parseRoute(location.hash, null)
  enter(before)
  draw()
})

const personSelect = /** @type {HTMLSelectElement} */ (byId('person'))
personSelect.addEventListener('change', () => go({ person: personSelect.value, thread: undefined }))

/** @param {boolean} open */
function showMenu(open) {
  document.body.classList.toggle('menu-open', open)
  byId('scrim').hidden = !open
}

/** @param {string} to */
function goFromMenu(to) {
  showMenu(false)
  go({ place: to, thread: undefined })
}

byId('menu-open').addEventListener('click', () => showMenu(true))
byId('menu-close').addEventListener('click', () => showMenu(false))
byId('scrim').addEventListener('click', () => showMenu(false))
byId('thread-close').addEventListener('click', () => go({ thread: undefined }))

addEventListener('keydown', (event) => {
  const step = event.altKey ? { ArrowDown: 1, ArrowUp: -1 }[event.key] : undefined
  if (step === undefined || state === undefined || document.querySelector('dialog[open]') !== null) return
  event.preventDefault()
  go({ place: placeBeyond(state, route.place, step), thread: undefined })
})

addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open]') !== null)
    return
  showMenu(false)
  if (!closePanes() && route.thread !== undefined) go({ thread: undefined })
})

const agingMilliseconds = 15_000
setInterval(() => {
  if (state !== undefined) refreshDates(document.body, model().texts)
}, agingMilliseconds)
