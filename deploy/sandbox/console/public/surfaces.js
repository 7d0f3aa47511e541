/** @import { State, View } from './slack.d.ts' */
/** @import { Answer, AnswerBody, Target } from './api.js' */
/** @import { Model } from './page.d.ts' */
/** @import { Surface } from './surface.js' */
import { askOptions, sendAction, submitView } from './api.js'
import { createInputs } from './inputs.js'
import { notify, whatFailed } from './notices.js'

/**
 * The surfaces of what the page shows. One keeps what a person entered on it for as long as the page is open.
 * @param {() => Model} current
 */
export function createSurfaces(current) {
  /** @type {Map<string, Surface>} */
  const surfaces = new Map()

  /** @param {Target} target @returns {Surface} */
  function surfaceAt(target) {
    const user = current().route.person
    const key = JSON.stringify([user, target])
    const surface = surfaces.get(key) ?? createSurface(user, target)
    surfaces.set(key, surface)
    return surface
  }

  /** @param {string} user @param {Target} target @returns {Surface} */
  function createSurface(user, target) {
    const inputs = createInputs(() => viewAt(current().state, target)?.state?.values)
    /** @type {Promise<unknown>} */
    let lastAct = Promise.resolve()
    return {
      get reader() {
        return current().reader
      },
      inputs,
      act: async (press) => {
        // In order: what was typed must be known before the button beside it is pressed.
        lastAct = lastAct.then(() =>
          answered(() => sendAction({ user, ...target, ...press, ...enteredIn(target, inputs) })),
        )
        await lastAct
      },
      options: async (press) => {
        const { options, option_groups = [] } = await answered(() =>
          askOptions({ user, ...target, ...press }),
        )
        return options === undefined ? option_groups : [{ options }]
      },
    }
  }

  /**
   * What was entered in a message, which keeps no state of its own.
   * @param {Target} target
   * @param {import('./inputs.js').Inputs} inputs
   */
  function enteredIn(target, inputs) {
    if ('viewId' in target) return {}
    const { messages, ephemerals } = current().state
    const message = [...(messages[target.channel] ?? []), ...(ephemerals[target.channel] ?? [])].find(
      ({ ts }) => ts === target.ts,
    )
    return message?.blocks === undefined ? {} : { values: inputs.values(message.blocks) }
  }

  /**
   * What the app answered; says so when that came late, wrong or not at all.
   * @param {() => Promise<Answer>} send
   * @returns {Promise<AnswerBody>}
   */
  async function answered(send) {
    const { texts } = current()
    try {
      const { timedOut, error, body } = await send()
      if (timedOut === true) notify(texts.notAnswered)
      else if (error !== undefined) notify(texts.failed(error))
      return typeof body === 'object' ? body : {}
    } catch (error) {
      notify(whatFailed(error, texts))
      return {}
    }
  }

  return {
    surfaceAt,
    /** Sends a form. @param {View} view @returns {Promise<Record<string, string> | undefined>} complaints by block id */
    submit: async (view) => {
      const values = surfaceAt({ viewId: view.id }).inputs.values(view.blocks)
      const user = current().route.person
      const { response_action, errors } = await answered(() => submitView({ user, viewId: view.id, values }))
      return response_action === 'errors' ? errors : undefined
    },
  }
}

/** @param {State} state @param {Target} target @returns {View | undefined} */
function viewAt({ views, home }, target) {
  const all = home === null ? views : [...views, home]
  return 'viewId' in target ? all.find(({ id }) => id === target.viewId) : undefined
}
