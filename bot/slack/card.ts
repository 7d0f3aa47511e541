import type { Content } from './messages.ts'
import { usualRank } from './choose.ts'
import type { Step } from './lanes.ts'

/** How a place shows a subject: a message that is edited, a person's Home, a file that stays as it is. */
export type Surface = 'message' | 'home' | 'file'

export interface Place {
  subject: string
  /** A channel, or a person: then it is the conversation with them, or their Home. */
  channel: string
  /** Absent: a message. */
  surface?: Surface
  /** The message it replies to. */
  threadTs?: string | null
}

/** What is known of a message before it is written to. */
export interface Known {
  ts: string | null
  shownRevision: number
  /** Set: a post was begun and how it ended is not known, so it may be out there. */
  postingSince: Date | null
}

/** One message in Slack and what it should be. Times in milliseconds. */
export interface Card extends Place, Known {
  surface: Surface
  threadTs: string | null
  /** What it has to show at least: it is untrue while that is more than what it shows. */
  wantedRevision: number
  /** The channel was searched since the last post whose outcome is not known. */
  searched: boolean
  /** A message that was given up: never adopted again. */
  lostTs: string | null
  /** Its blocks were refused: only its text is sent. */
  plain: boolean
  busy: boolean
  urgent: boolean
  /** Of what is equally urgent the lowest goes first. */
  rank: number
  /** Since when it is untrue. */
  since: number
  notBefore: number
}

/** What a subject looks like now. */
export interface Drawing extends Content {
  revision: number
  /** What a file holds; its text is what is said beside it. */
  fileText?: string
}

export function newCard(place: Place, known: Known): Card {
  return {
    subject: place.subject,
    channel: place.channel,
    surface: place.surface ?? 'message',
    threadTs: place.threadTs ?? null,
    ts: known.ts,
    shownRevision: known.shownRevision,
    postingSince: known.postingSince,
    wantedRevision: 0,
    searched: false,
    lostTs: null,
    plain: false,
    busy: false,
    urgent: false,
    rank: usualRank,
    since: 0,
    notBefore: 0,
  }
}

export function isUntrue(card: Card): boolean {
  return card.shownRevision < card.wantedRevision
}

/** What there is to show is shown, or cannot be: the next change may be another matter. */
export function leaveAsItIs(card: Card): void {
  card.wantedRevision = card.shownRevision
}

/** A message that may be out there already is looked for before it is posted: so it is never posted twice. */
export function nextStep(card: Card): Step {
  if (card.surface === 'home') return 'publish'
  if (card.ts !== null) return 'update'
  if (card.postingSince !== null && !card.searched) return 'find'
  return card.surface === 'file' ? 'upload' : 'post'
}

/** The message was deleted or cannot be edited: it is posted anew, unless a crash left that done already. */
export function giveUpMessage(card: Card): void {
  if (card.ts === null) return
  card.lostTs = card.ts
  card.postingSince = new Date(Number(card.ts) * 1000)
  card.searched = false
  card.ts = null
  card.shownRevision = 0
}
