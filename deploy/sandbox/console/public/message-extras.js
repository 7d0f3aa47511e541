/** @import { Attachment, Message, SlackFile } from './slack.d.ts' */
/** @import { Child } from './dom.js' */
/** @import { Reader } from './formatted.js' */
/** @import { Surface } from './surface.js' */
import { blockItems } from './blocks.js'
import { h, patchList } from './dom.js'
import { withEmoji } from './emoji.js'
import { drawText } from './formatted.js'
import { filePath } from './images.js'

/**
 * A secondary attachment: a coloured bar beside old-style text, or beside blocks.
 * @param {Attachment} attachment
 * @param {Surface} surface
 */
export function drawAttachment(attachment, surface) {
  const blocks = h('div', { class: 'attachment-words' })
  const bar = h('div', { class: 'attachment' }, blocks)
  const colour = attachmentColour(attachment.color)
  if (colour !== undefined) bar.style.setProperty('--bar', colour)
  if (attachment.blocks !== undefined) patchList(blocks, blockItems(attachment.blocks, surface))
  else blocks.append(...oldStyleAttachment(attachment, surface.reader))
  return bar
}

/** @param {string | undefined} colour */
function attachmentColour(colour) {
  const named = { good: '#2eb67d', warning: '#ecb22e', danger: '#e01e5a' }[colour ?? '']
  if (named !== undefined) return named
  return /^#?[0-9a-f]{6}$/i.test(colour ?? '') ? `#${colour?.replace('#', '')}` : undefined
}

/** @param {Attachment} attachment @param {Reader} reader @returns {HTMLElement[]} */
function oldStyleAttachment({ pretext, title, title_link, text, fields = [], footer }, reader) {
  const line = (/** @type {string} */ kind, /** @type {Child[]} */ words) =>
    h('div', { class: `formatted ${kind}` }, ...words)
  const heading = title_link === undefined ? title : `<${title_link}|${title ?? title_link}>`
  return [
    ...(pretext === undefined ? [] : [line('', drawText(pretext, reader))]),
    ...(heading === undefined ? [] : [line('attachment-title', drawText(heading, reader))]),
    ...(text === undefined ? [] : [line('', drawText(text, reader))]),
    ...fields.map((field) =>
      line('', [h('strong', {}, field.title ?? ''), '\n', ...drawText(field.value ?? '', reader)]),
    ),
    ...(footer === undefined ? [] : [line('attachment-footer', [footer])]),
  ]
}

/** @param {Message} message */
export function drawReactions({ reactions = [] }) {
  const drawn = reactions.map(({ name, count }) =>
    h('span', { class: 'reaction', title: `:${name}:` }, `${withEmoji(`:${name}:`)} ${count}`),
  )
  return h('div', { class: 'reactions' }, ...drawn)
}

/** @param {SlackFile} file @param {Reader} reader */
export function drawFile(file, { texts }) {
  const name = file.title ?? file.name ?? file.id
  return h(
    'a',
    {
      class: 'file',
      href: filePath(file.id),
      download: file.name ?? name,
      'data-testid': `file-${file.id}`,
      'aria-label': `${texts.download} ${name}`,
    },
    h('span', { class: 'icon icon-file', 'aria-hidden': 'true' }),
    h(
      'span',
      { class: 'file-words' },
      h('strong', {}, name),
      h('small', {}, sizeText(file.size ?? 0, texts.language)),
    ),
    h('span', { class: 'icon icon-download', 'aria-hidden': 'true' }),
  )
}

/** @param {number} bytes @param {string} language */
function sizeText(bytes, language) {
  const units = /** @type {const} */ (['byte', 'kilobyte', 'megabyte'])
  const step = bytes < 1_000 ? 0 : bytes < 1_000_000 ? 1 : 2
  const format = new Intl.NumberFormat(language, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    maximumFractionDigits: 1,
  })
  return format.format(bytes / 1_000 ** step)
}
