/** @import { Channel } from './slack.d.ts' */
/** @import { Item } from './dom.js' */
/** @import { Model } from './page.d.ts' */
import { h } from './dom.js'
import { avatar } from './people.js'
import { en } from './texts/en.js'
import { ptBr } from './texts/pt-br.js'

const firstCommand = '/deploy staging v1.4.0'

/**
 * What stands at the beginning of a channel; in an empty one it invites to the first step.
 * @param {Channel} channel
 * @param {Model} model
 * @param {{ empty: boolean, put: (text: string) => void }} options
 * @returns {Item}
 */
export function introItem(channel, { texts }, { empty, put }) {
  return {
    key: 'intro',
    signature: JSON.stringify([channel.id, texts.language, empty]),
    draw: () =>
      h(
        'section',
        { class: 'intro' },
        channel.isDm
          ? avatar({ id: 'app', name: texts.appName, isApp: true }, 'large')
          : h('span', { class: 'intro-sign', 'aria-hidden': 'true' }, '#'),
        h('h2', {}, channel.isDm ? texts.appName : `#${channel.name}`),
        h('p', {}, channel.isDm ? texts.dmStart : texts.channelStart(`#${channel.name}`)),
        empty && channel.name === 'ops-alerts' && drawInvitation(texts, put),
        empty && channel.name === 'incidents' && drawQuiet(texts, put),
      ),
  }
}

/** @param {Model['texts']} texts @param {(text: string) => void} put */
function drawInvitation(texts, put) {
  const other = texts === en ? ptBr : en
  return h(
    'div',
    { class: 'invitation', 'data-testid': 'invitation' },
    h('p', { class: 'invitation-eyebrow' }, texts.inviteTry),
    h('p', { class: 'invitation-first' }, `${texts.inviteFirst} `, h('code', {}, firstCommand)),
    h(
      'p',
      { class: 'invitation-other', lang: other.language },
      `${other.inviteFirst} `,
      h('code', {}, firstCommand),
    ),
    h(
      'button',
      {
        type: 'button',
        class: 'button button-primary',
        'data-testid': 'invite',
        onclick: () => put(firstCommand),
      },
      texts.putInComposer,
    ),
    h(
      'p',
      { class: 'invitation-more' },
      texts.inviteMore,
      ...texts.moreCommands.map((command) => drawChip(command, put)),
    ),
  )
}

/** @param {Model['texts']} texts @param {(text: string) => void} put */
function drawQuiet(texts, put) {
  return h('p', { class: 'invitation-more' }, texts.quietIncidents, drawChip(texts.incidentCommand, put))
}

/** @param {string} command @param {(text: string) => void} put */
function drawChip(command, put) {
  return h('button', { type: 'button', class: 'chip', onclick: () => put(command) }, command)
}
