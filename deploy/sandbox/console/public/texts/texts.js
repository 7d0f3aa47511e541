import { en } from './en.js'
import { ptBr } from './pt-br.js'

/** @typedef {typeof ptBr} Texts */

/**
 * The page's texts: the address's `?lang=` wins, then the person's own language, then Portuguese.
 * @param {string | null} wanted
 * @param {string | undefined} locale
 * @returns {Texts}
 */
export function textsFor(wanted, locale) {
  return (wanted ?? locale ?? 'pt-BR').toLowerCase().startsWith('en') ? en : ptBr
}
