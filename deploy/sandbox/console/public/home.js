/** @import { Target } from './api.js' */
/** @import { Model } from './page.d.ts' */
/** @import { Surface } from './surface.js' */
import { blockItems } from './blocks.js'
import { byId, h, patchList } from './dom.js'

/**
 * The app's Home, as it published it for this person.
 * @param {(target: Target) => Surface} surfaceAt
 * @returns {{ draw: (model: Model) => void }}
 */
export function createHome(surfaceAt) {
  const page = byId('home')
  const body = h('div', { class: 'home-body' })
  page.append(body)
  return {
    draw: ({ state, texts, route }) => {
      page.hidden = route.place !== 'home'
      if (page.hidden) return
      const view = state.home
      const nothing = {
        key: 'none',
        signature: texts.language,
        draw: () => h('p', { class: 'quiet' }, texts.noHome),
      }
      patchList(body, view === null ? [nothing] : blockItems(view.blocks, surfaceAt({ viewId: view.id })))
    },
  }
}
