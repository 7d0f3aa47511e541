import type { Reader } from './formatted.js'
import type { Route } from './route.js'
import type { State } from './slack.d.ts'
import type { Texts } from './texts/texts.js'

/** What the page shows just now. */
export interface Model {
  state: State
  texts: Texts
  route: Route
  reader: Reader
}
