import type { KnownBlock } from '@slack/web-api'
import type {
  AccessRequest,
  EngineClient,
  Home,
  Incident,
  Job,
  OnCallNotice,
  Settings,
} from '../../engine/client.ts'
import type { Locale } from '../asked.ts'
import type { Place, Surface } from '../slack/card.ts'

export interface Shown {
  text: string
  blocks: KnownBlock[]
}

/** How everything that has a place in Slack is shown. */
export interface Views {
  job(job: Job, context: ViewContext): Shown
  incident(incident: Incident, context: ViewContext): Shown
  /** What is shown to people in person. Absent: nothing is. */
  personal?: PersonalViews
  /** That somebody took over, or that nobody will be on call. Absent: it is not said. */
  onCallNotice?(notice: OnCallNotice, context: ViewContext): Shown
  /** What is said of an incident besides its card. Absent: nothing is. */
  incidents?: IncidentViews
}

export interface IncidentViews {
  /** In the thread of the card; `people` are notified. */
  event(
    about: { incident: Incident; event: Incident['timeline'][number]; people: readonly string[] },
    context: ViewContext,
  ): Shown
  /** That a further level of the matrix is called. */
  page(page: Incident['pages'][number], context: ViewContext): Shown
  /** To those whom PagerDuty did not reach: in the thread, and to each of them alone. */
  fallback(
    about: { incident: Incident; pageId: number; people: readonly string[] },
    context: ViewContext,
  ): Shown
  fallbackDirect(incident: Incident, context: ReaderContext): Shown
  postmortem(
    postmortem: { incidentId: number; markdown: string },
    context: ViewContext,
  ): Shown & { fileText: string }
}

export interface PersonalViews {
  /** A job for somebody who may approve it: the whole card while it waits, one line once it does not. */
  approval(job: Job, context: ReaderContext & { isWaiting: boolean }): Shown
  /** Told to the one who asked, in the thread of the card. */
  jobEnd(job: Job, context: ViewContext): Shown
  /** What is said beside the file of a job's log, and how its lines are written. */
  logFile(job: Job, lines: LogLines, context: ViewContext): Shown & { fileText: string }
  /** The last lines of an attempt's log, as it grows and once it is over. */
  followedLog(job: Job, shown: { attempt: number; lines: LogLines }, context: ViewContext): Shown
  access(request: AccessRequest, context: ReaderContext): Shown
  accessAnswer(request: AccessRequest, context: ReaderContext): Shown
  home(home: Home, context: ReaderContext): Shown
}

export type LogLines = Awaited<ReturnType<EngineClient['log']>>['lines']

export interface ViewContext {
  settings: Settings
  now: Date
}

/** What one person sees: in their language and time zone. */
export interface ReaderContext extends ViewContext {
  locale: Locale
  timeZone: string
}

/** What readers read with. */
export interface Sources {
  engine: EngineClient
  views: Views
  settings: Settings
  now: Date
  mannersOf(user: string): Promise<{ locale: Locale; timeZone: string }>
}

/** A subject as it was read, and what that means for where it is shown. */
export interface Read {
  revision: number
  /** Somebody is asked to decide, or it is over: shown before any progress. */
  urgent: boolean
  /** Urgent only while this is not what it was when the subject was read before. */
  urgentFor?: string
  /** Of what is equally urgent the lowest goes first: 0 wakes somebody, 1 (where absent) is like most. */
  rank?: number
  /** What it belongs to is about to be shown: then it has further places. */
  isIncomplete?: boolean
  /** It goes on by itself and will end, which will need an edit. Absent: it does not. */
  isLive?: boolean
  /** Where it has to be shown. Wherever else it is shown already it is kept true as well. */
  places: { channel: string; threadTs?: string }[]
  /** Absent: as messages. */
  surface?: Surface
  /** How it looks there. */
  draw(place: Place): Promise<Shown & { fileText?: string }>
}

/** Null: there is nothing to show of it yet. `soon`: what it belongs to is about to be shown. */
export type Reader = (id: string, sources: Sources) => Promise<Read | null | 'soon'>
