/** @import { Block, Element } from './slack.d.ts' */
/** @import { Reader } from './formatted.js' */
import { h } from './dom.js'

/**
 * An image of the stand-in's own files. One from outside would send this page's visitor to somebody else's
 * server, which a sandbox must not: its description stands in its place.
 * @param {Element | Block} image
 * @param {Reader} reader
 * @returns {HTMLElement}
 */
export function drawImage({ slack_file, alt_text = '' }, { texts }) {
  if (slack_file?.id !== undefined) return h('img', { src: filePath(slack_file.id), alt: alt_text })
  return h(
    'span',
    { class: 'image-outside', role: 'img', 'aria-label': alt_text, title: texts.imageOutside },
    alt_text,
  )
}

/** @param {string} id */
export function filePath(id) {
  return `slack/files/${encodeURIComponent(id)}`
}
