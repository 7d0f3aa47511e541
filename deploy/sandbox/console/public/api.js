/** @import { ElementState, Option, OptionGroup, State } from './slack.d.ts' */

/** @typedef {{ channel: string, ts: string } | { viewId: string }} Target where a block lives */
/** @typedef {{ actionId: string, blockId?: string, value?: unknown }} Press */
/** @typedef {Record<string, Record<string, ElementState>>} Values */
/**
 * How the app answered Slack; `error` is what Slack tells the person.
 * @typedef {object} Answer
 * @property {boolean} [timedOut]
 * @property {string} [error]
 * @property {AnswerBody | string} [body]
 */

/**
 * @typedef {object} AnswerBody
 * @property {string} [response_action]
 * @property {Record<string, string>} [errors] by block id
 * @property {Option[]} [options]
 * @property {OptionGroup[]} [option_groups]
 */

/** @param {string} user @returns {Promise<State>} */
export function readState(user) {
  return ask(`slack/state?user=${encodeURIComponent(user)}`)
}

/** @param {{ user: string, channel: string, command: string, text: string }} command @returns {Promise<Answer>} */
export function sendCommand(command) {
  return ask('slack/command', command)
}

/** @param {{ user: string, channel: string, text: string, thread_ts?: string }} message */
export function sendMessage(message) {
  return ask('slack/message', message)
}

/** @param {{ user: string, values?: Values } & Target & Press} action @returns {Promise<Answer>} */
export function sendAction(action) {
  return ask('slack/action', action)
}

/** @param {{ user: string } & Target & Press} question @returns {Promise<Answer>} */
export function askOptions(question) {
  return ask('slack/options', question)
}

/** @param {{ user: string, viewId: string, values: Values }} submission @returns {Promise<Answer>} */
export function submitView(submission) {
  return ask('slack/submit', submission)
}

/** @param {{ user: string, viewId: string }} view */
export function closeView(view) {
  return ask('slack/close', view)
}

/** @typedef {{ name: string, type: 'global' | 'message', callback_id: string, description: string }} Shortcut */

/** @returns {Promise<Shortcut[]>} */
export function readShortcuts() {
  return ask('shortcuts')
}

/** @param {{ user: string, callbackId: string, channel?: string, ts?: string }} use @returns {Promise<Answer>} */
export function sendShortcut(use) {
  return ask('slack/shortcut', use)
}

/** @param {string} user */
export function openHome(user) {
  return ask('slack/open-home', { user })
}

/**
 * @typedef {object} Panel
 * @property {string} id
 * @property {string} title
 * @property {string} description
 * @property {PanelField[]} fields chosen once, for all of its buttons
 * @property {{ id: string, label: string, fields: PanelField[] }[]} buttons
 */
/** @typedef {{ name: string, label: string, type: 'text' | 'select', options: { value: string, label: string }[] }} PanelField */

/** @param {string} language @returns {Promise<Panel[]>} */
export function readPanels(language) {
  return ask(`panels?lang=${language}`)
}

/**
 * @param {{ panel: string, button: string, values: Record<string, string>, language: string }} pull
 * @returns {Promise<{ text: string }>}
 */
export function pullLever({ panel, button, values, language }) {
  return ask(`panels/${encodeURIComponent(panel)}/${encodeURIComponent(button)}?lang=${language}`, values)
}

/**
 * @typedef {object} PhoneCall
 * @property {string} id
 * @property {string} title
 * @property {string} level
 * @property {'ringing' | 'acknowledged' | 'resolved'} state
 * @property {string} since
 * @property {string[]} acknowledgedBy
 */

/** @typedef {{ id: string, name: string, levels: string[], calls: PhoneCall[] }} Phone */

/** @returns {Promise<Phone[]>} */
export function readPhones() {
  return ask('phones')
}

/** @typedef {{ at: string, service: string, method: string, ok: boolean, result: string, arguments: Record<string, string> }} OutsideCall */

/** @returns {Promise<OutsideCall[]>} oldest first for each service */
export function readCalls() {
  return ask('calls')
}

/** @param {{ phone: string, call: string, act: 'acknowledge' | 'resolve' }} press */
export function pressPhone({ phone, call, act }) {
  return ask(`phones/${encodeURIComponent(phone)}/${encodeURIComponent(call)}/${act}`, {})
}

/**
 * @param {string} path relative to the page
 * @param {object} [body] sent as JSON by POST
 */
async function ask(path, body) {
  const response = await fetch(path, body === undefined ? {} : posting(body))
  const answer = await response.json().catch(() => undefined)
  if (!response.ok || answer === undefined) throw new Error(answer?.error ?? `HTTP ${response.status}`)
  return answer
}

/** @param {object} body @returns {RequestInit} */
function posting(body) {
  return { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
}
