/** @import { State } from './slack.d.ts' */
import { readState } from './api.js'

const retryMilliseconds = 1_000

/**
 * Follows one person's view of Slack: reads the whole state, again whenever the stand-in says it changed, and
 * keeps trying while it is away. Changes that arrive during a reading cause one more reading, not many.
 * @param {string} user
 * @param {{ onState: (state: State) => void, onContact: (connected: boolean) => void, onPhones: () => void }} listener
 * @returns {() => void} stops following
 */
export function follow(user, { onState, onContact, onPhones }) {
  let stopped = false
  let reading = false
  let stale = false
  /** @type {EventSource | undefined} */
  let events

  async function read() {
    stale = true
    if (reading) return
    reading = true
    while (stale && !stopped) {
      stale = false
      await readOnce()
    }
    reading = false
  }

  async function readOnce() {
    try {
      const state = await readState(user)
      if (stopped) return
      onContact(true)
      onState(state)
    } catch {
      if (!stopped) onContact(false)
    }
  }

  function listen() {
    if (stopped) return
    events = new EventSource(`slack/events?user=${encodeURIComponent(user)}`)
    events.addEventListener('open', () => {
      void read()
      onPhones()
    })
    events.addEventListener('phones', onPhones)
    events.addEventListener('changed', () => void read())
    events.addEventListener('error', () => {
      void read()
      // The browser reconnects by itself after a broken stream, but gives up after an HTTP error.
      if (events?.readyState === EventSource.CLOSED) setTimeout(listen, retryMilliseconds)
    })
  }

  listen()
  return () => {
    stopped = true
    events?.close()
  }
}
