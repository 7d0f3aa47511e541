import { distance } from 'fastest-levenshtein'

/** The candidate that was probably meant: begun by the word, or a few letters away. Null when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const typed = simplified(word)
  if (typed === '') return null
  const begun = candidates.filter((candidate) => simplified(candidate).startsWith(typed))
  if (begun.length === 1) return begun[0] ?? null
  const [best] = candidates
    .map((candidate) => ({ candidate, away: distance(typed, simplified(candidate)) }))
    .toSorted((one, other) => one.away - other.away)
  return best && best.away <= farthest(typed) ? best.candidate : null
}

/** Lower case and without accents, as a hurried hand types: "PREÇOS" is "precos". */
export function simplified(word: string): string {
  return word.slice(0, 100).normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
}

/** "producao" is 3 letters from "production": a third of a word may be wrong, but of "9" nothing can be guessed. */
const farthest = (word: string): number => (word.length < 3 ? 0 : Math.ceil(word.length / 3))
