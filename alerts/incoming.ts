import { createHash } from 'node:crypto'

/** Who sends alerts to us; `heartbeat` and `plantao` are our own. */
export type Source = 'alertmanager' | 'grafana' | 'generic' | 'heartbeat' | 'plantao'

/** One alert of a delivery, whoever sent it. Its texts can be stored and hold no secrets. */
export interface Incoming {
  source: Source
  /** Tells one alert from another at its source, whatever its state. */
  fingerprint: string
  status: 'firing' | 'resolved'
  /** By the sender's clock; null: it did not say. With the fingerprint it names an episode. */
  startsAt: Date | null
  /** By the sender's clock; null: not over, or it did not say. */
  endsAt: Date | null
  title: string
  description: string
  labels: Record<string, string>
  /** Where to look, an http or https address. */
  link: string | null
}

/** What a source makes of an alert, before its texts are made fit to be stored. */
export interface RawAlert extends Omit<Incoming, 'source' | 'fingerprint' | 'startsAt' | 'endsAt'> {
  fingerprint: string | undefined
  startsAt: string | undefined
  endsAt: string | undefined
}

const maximumFingerprintLength = 200
const maximumTitleLength = 300
const maximumDescriptionLength = 4_000
const maximumLabelNameLength = 200
const maximumLabelLength = 1_000
const maximumLinkLength = 2_000
/** A label more is dropped: Prometheus' own default limit is none, a hundred is more than anybody reads. */
const maximumLabels = 100

/**
 * Makes an alert fit to be stored: what Postgres refuses is taken out (NUL, lone surrogates), secrets are replaced by
 * `redact`, what nobody could read is cut. All else stays as given; whoever shows it escapes it. The fingerprint is
 * made from the labels as they came, so that none of this can move it.
 */
export function toIncoming(source: Source, raw: RawAlert, redact: (text: string) => string): Incoming {
  const safe = (text: string, length: number): string => cut(redact(storable(text)), length)
  const labels = Object.entries(raw.labels)
    .slice(0, maximumLabels)
    .map(([name, value]) => [safe(name, maximumLabelNameLength), safe(value, maximumLabelLength)])
  return {
    source,
    fingerprint: fingerprintOf(raw),
    status: raw.status,
    startsAt: timeOf(raw.startsAt),
    endsAt: timeOf(raw.endsAt),
    title: safe(oneLine(raw.title), maximumTitleLength),
    description: safe(raw.description, maximumDescriptionLength),
    labels: Object.fromEntries(labels) as Record<string, string>,
    link: linkOf(raw.link, redact),
  }
}

/** The same for the same labels in any order. */
export function labelsFingerprint(labels: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 32)
}

/** Without what Postgres cannot store in a text: NUL, and halves of a surrogate pair. */
export const storable = (text: string): string =>
  text.replaceAll('\u0000', '').replaceAll(/\p{Surrogate}/gu, '\uFFFD')

function fingerprintOf({ fingerprint = '', labels }: RawAlert): string {
  if (fingerprint === '') return labelsFingerprint(labels)
  if (fingerprint.length <= maximumFingerprintLength && storable(fingerprint) === fingerprint)
    return fingerprint
  return createHash('sha256').update(fingerprint).digest('hex').slice(0, 32)
}

/** Go's zero time (0001-01-01, "not over yet") and whatever else lies before 1970 says nothing. */
function timeOf(text: string | undefined): Date | null {
  const time = new Date(text ?? '')
  return time.getTime() > 0 ? time : null
}

function linkOf(link: string | null, redact: (text: string) => string): string | null {
  if (link === null || !/^https?:\/\//i.test(link) || link.length > maximumLinkLength) return null
  return redact(storable(link))
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

/** Never through the middle of a character. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text
  return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
