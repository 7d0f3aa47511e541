import type { Texts } from '../../texts/index.ts'
import type { Mrkdwn } from '../../texts/mrkdwn.ts'
import type { Word } from '../words.ts'
import { nearest } from './nearest.ts'
import { oneOf, oneWord, type Choice, type Reader } from './reader.ts'

/** An environment of the runbook file. */
export const environment: Reader<string> = oneWord({
  missing: (texts) => texts.asking.missing.environment,
  read: (word, { texts, environments }) => {
    const known = environments.find((name) => name === word.toLowerCase())
    if (known !== undefined) return { value: known, typed: known }
    return {
      problem: texts.asking.unknownEnvironment(word, environments),
      nearest: nearest(word, environments),
    }
  },
})

/** A version as releases are tagged: v1.4.0, or with a prerelease v1.4.0-rc.1. */
export const version: Reader<string> = oneWord({
  missing: (texts) => texts.asking.missing.version,
  read: (word, { texts }) =>
    isVersion(word)
      ? { value: word, typed: word }
      : { problem: texts.asking.notAVersion(word), nearest: completedVersion(word) },
})

/** A revision, or a version whose revision is still to be found. */
export const revision: Reader<number | string> = oneWord<number | string>({
  missing: (texts) => texts.asking.missing.number,
  read: (word, { texts }) => {
    const number = positiveNumber(word)
    if (number !== null) return { value: number, typed: String(number) }
    const asVersion = isVersion(word) ? word : completedVersion(word)
    if (asVersion !== null) return { value: asVersion, typed: asVersion }
    return { problem: texts.asking.notARevision(word), nearest: null }
  },
})

/** The number of a job as cards show it: 42 or #42. */
export const jobNumber = numberOf((texts) => texts.asking.missing.number)
export const incidentNumber = numberOf((texts) => texts.asking.missing.incidentNumber)

/** The id of a backup, or "latest"; whether it exists is for the engine to say. */
export const backup: Reader<string> = oneWord({
  missing: (texts) => texts.asking.missing.word,
  read: (word, { texts }) =>
    /^[0-9A-Za-z][0-9A-Za-z-]{0,99}$/.test(word)
      ? { value: word, typed: word }
      : { problem: texts.asking.notABackup(word), nearest: null },
})

/** What a seller calls a product: any printable text; with a space in it, it needs quotes. */
export const sku: Reader<string> = oneWord({
  missing: (texts) => texts.asking.missing.word,
  read: (word, { texts }) =>
    word !== '' && word.length <= 100 && !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(word)
      ? { value: word, typed: word }
      : { problem: texts.asking.notASku(word), nearest: null },
})

const entities: Choice<string>[] = [
  { value: 'products', names: ['products', 'produtos'] },
  { value: 'stock', names: ['stock', 'estoque'] },
  { value: 'prices', names: ['prices', 'preços'] },
  { value: 'orders', names: ['orders', 'pedidos'] },
  { value: 'all', names: ['all', 'tudo'] },
]

/** What is synced. */
export const entity = oneOf(entities, {
  missing: (texts) => texts.asking.missing.word,
  unknown: (word, texts) => texts.asking.notAnEntity(word),
})

const levels: Choice<number>[] = [
  { value: 1, names: ['1', 'critical', 'crítico'] },
  { value: 2, names: ['2', 'high', 'alto'] },
  { value: 3, names: ['3', 'medium', 'médio'] },
]

/** How bad an incident is. */
export const level = oneOf(levels, {
  missing: (texts) => texts.asking.missing.level,
  unknown: (word, texts) => texts.asking.notALevel(word),
})

/** Whether a word can only be a number. */
export const isNumberWord = (word: Word | undefined): boolean =>
  word?.kind === 'word' && /^#?\d+$/.test(word.text)

export function numberOf(missing: (texts: Texts) => Mrkdwn): Reader<number> {
  return oneWord({
    missing,
    read: (word, { texts }) => {
      const number = positiveNumber(word)
      if (number !== null) return { value: number, typed: String(number) }
      return { problem: texts.asking.notANumber(word), nearest: null }
    },
  })
}

/** At most nine digits: what the database keeps as a number. */
function positiveNumber(word: string): number | null {
  const digits = /^#?(\d{1,9})$/.exec(word)?.[1]
  return digits === undefined || Number(digits) === 0 ? null : Number(digits)
}

/** An image tag holds at most 128 characters (OCI distribution specification); a version needs far fewer. */
const maximumVersionLength = 60

export function isVersion(word: string): boolean {
  const isTag = /^v\d{1,6}\.\d{1,6}\.\d{1,6}(-[0-9A-Za-z]+(\.[0-9A-Za-z]+)*)?$/.test(word)
  return isTag && word.length <= maximumVersionLength
}

/** What "1.4", "V1.4.0" or "v.1.4.0" was meant to be. */
export function completedVersion(word: string): string | null {
  const parts = /^v?\.?(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?(-[0-9a-z.-]{1,30})?$/i.exec(word)
  if (!parts) return null
  const [, major, minor, patch = '0', prerelease = ''] = parts
  const completed = `v${major}.${minor}.${patch}${prerelease}`
  return isVersion(completed) ? completed : null
}
