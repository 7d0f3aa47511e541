/** @import { Message } from './slack.d.ts' */
/** @import { Item } from './dom.js' */
/** @import { Reader } from './formatted.js' */
/** @import { Surface } from './surface.js' */
import { blockItems } from './blocks.js'
import { clock, fullMoment, momentOf } from './dates.js'
import { h, patchList } from './dom.js'
import { drawText } from './formatted.js'
import { drawAttachment, drawFile, drawReactions } from './message-extras.js'
import { authorOf, avatar } from './people.js'

/**
 * @typedef {object} MessageContext
 * @property {Reader} reader
 * @property {Surface} surface
 * @property {boolean} continues the message before is the same person's, just before: no name again
 * @property {Message[]} replies
 * @property {((ts: string) => void) | undefined} openThread absent inside a thread
 * @property {(ts: string) => void} dismiss
 * @property {{ count: () => number, drawFor: (message: Message) => HTMLElement | undefined }} shortcuts what the app offers to do about it
 */

/**
 * One message as an item to draw. An update touches only the parts that changed.
 * @param {Message} message
 * @param {MessageContext} context
 * @returns {Item}
 */
export function messageItem(message, context) {
  const parts = messageParts(message, context)
  const marks = [message.ephemeral === true && 'ephemeral', context.continues && 'continues'].filter(Boolean)
  return {
    key: `${message.ephemeral === true ? 'e' : ''}${message.ts}`,
    signature: JSON.stringify([marks, parts.map(({ key, signature }) => [key, signature])]),
    draw: (previous) => {
      const where = context.openThread === undefined ? 'thread-message' : 'message'
      const article = previous ?? h('article', { 'data-testid': `${where}-${message.ts}` })
      article.className = ['message', ...marks].join(' ')
      patchList(article, parts)
      return article
    },
  }
}

/** @param {Message} message @param {MessageContext} context @returns {Item[]} */
function messageParts(message, context) {
  const { reader } = context
  const { texts } = reader
  const author = authorOf(message, reader.state)
  const blocks = message.blocks ?? []
  const edited = message.edited !== undefined
  return [
    part('gutter', [author, context.continues, message.ts, texts.language], () =>
      drawGutter(message, context),
    ),
    ...(message.ephemeral === true
      ? [part('note', [texts.language], () => drawOnlyYou(message, context))]
      : []),
    ...(context.continues
      ? []
      : [part('byline', [author, message.ts, texts.language, edited], () => drawByline(message, reader))]),
    ...(blocks.length === 0 && message.text !== ''
      ? [
          part('text', [message.text, edited, texts.language, reader.state.user.id], () =>
            drawPlain(message, reader),
          ),
        ]
      : blockItems(blocks, context.surface)),
    ...(message.attachments ?? []).map((attachment, index) =>
      part(`attachment ${index}`, [attachment, texts.language], () =>
        drawAttachment(attachment, context.surface),
      ),
    ),
    ...((message.reactions ?? []).length > 0
      ? [part('reactions', message.reactions, () => drawReactions(message))]
      : []),
    ...(message.files ?? []).map((file) =>
      part(`file ${file.id}`, [file, texts.language], () => drawFile(file, reader)),
    ),
    ...threadParts(message, context),
  ]
}

/** @param {string} key @param {unknown} content @param {() => HTMLElement} draw @returns {Item} */
function part(key, content, draw) {
  return { key, signature: JSON.stringify(content), draw }
}

/** @param {Message} message @param {MessageContext} context */
function drawGutter(message, { reader, continues }) {
  const moment = momentOf(message.ts)
  if (continues)
    return h(
      'time',
      { class: 'gutter gutter-time', datetime: moment.toISOString() },
      clock(moment, reader.texts),
    )
  return h('div', { class: 'gutter' }, avatar(authorOf(message, reader.state)))
}

/** @param {Message} message @param {MessageContext} context */
function drawOnlyYou(message, { reader: { texts }, dismiss }) {
  return h(
    'p',
    { class: 'only-you' },
    h('span', { class: 'icon icon-eye', 'aria-hidden': 'true' }),
    `${texts.onlyYou} · `,
    h(
      'button',
      {
        class: 'link',
        type: 'button',
        'data-testid': `dismiss-${message.ts}`,
        onclick: () => dismiss(message.ts),
      },
      texts.dismiss,
    ),
  )
}

/** @param {Message} message @param {Reader} reader */
function drawByline(message, { state, texts }) {
  const author = authorOf(message, state)
  const moment = momentOf(message.ts)
  return h(
    'header',
    { class: 'byline' },
    h('span', { class: 'author' }, author.name),
    author.isApp && h('span', { class: 'badge' }, texts.appBadge),
    h('time', { datetime: moment.toISOString(), title: fullMoment(moment, texts) }, clock(moment, texts)),
    message.edited !== undefined && hasBlocks(message) && h('span', { class: 'edited' }, texts.edited),
  )
}

/** @param {Message} message */
function hasBlocks({ blocks = [] }) {
  return blocks.length > 0
}

/** @param {Message} message @param {Reader} reader */
function drawPlain(message, reader) {
  const edited = message.edited !== undefined && h('span', { class: 'edited' }, ` ${reader.texts.edited}`)
  return h('div', { class: 'block formatted' }, ...drawText(message.text, reader), edited)
}

/** @param {Message} message @param {MessageContext} context @returns {Item[]} */
function threadParts(message, { reader, replies, openThread, shortcuts }) {
  if (openThread === undefined || message.ephemeral === true) return []
  const { texts } = reader
  const open = () => openThread(message.ts)
  const last = replies.at(-1)
  const toolbar = part('toolbar', [texts.language, shortcuts.count()], () =>
    h(
      'div',
      { class: 'toolbar' },
      h(
        'button',
        {
          type: 'button',
          class: 'icon-button',
          'aria-label': texts.replyInThread,
          title: texts.replyInThread,
          'data-testid': `reply-${message.ts}`,
          onclick: open,
        },
        h('span', { class: 'icon icon-thread', 'aria-hidden': 'true' }),
      ),
      shortcuts.drawFor(message),
    ),
  )
  if (last === undefined) return [toolbar]
  const authors = [
    ...new Map(replies.map((reply) => [authorOf(reply, reader.state).id, reply])).values(),
  ].slice(0, 4)
  const summary = part(
    'replies',
    [texts.language, replies.length, last.ts, authors.map(({ user }) => user)],
    () =>
      h(
        'button',
        { type: 'button', class: 'replies', 'data-testid': `replies-${message.ts}`, onclick: open },
        ...authors.map((reply) => avatar(authorOf(reply, reader.state), 'small')),
        h('strong', {}, texts.replies(replies.length)),
        h('span', {}, texts.lastReply(clock(momentOf(last.ts), texts))),
      ),
  )
  return [summary, toolbar]
}
