/** Everything that one run measured on the user's own page, before anyone judges it. Times are milliseconds. */
import type { AppObservation } from './app.js'

/** Why a measurement was not made: it does not apply, or it could not be made here. */
export interface NotDone {
  notDone: 'skip' | 'unknown'
  reason: string
}

/** What a stream that ends and is then refused once with status 502 comes to. */
export interface ErrorStatusTrial {
  /** The stream that was cut; secrets are taken out. */
  url: string
  /** From the 502 to the next request for the stream; null when none came. */
  reconnectMs: number | null
  /** How long that was waited for. */
  waitMs: number
  /** Whether the page asked again after the cut itself, and so met the 502. */
  metError: boolean
}

/** What a tab that is reloaded eight times in a row leaves open. */
export interface ReloadTrial {
  reloads: number
  /** Streams that the page held before the first reload. */
  before: number
  /** Streams open after the last one, once they were quiet: at the proxy where there was one, else in the browser. */
  after: number
  countedAt: 'proxy' | 'browser'
  /**
   * Streams of the page that were still open 2 s after the tab had gone on to another page: those of a page in the
   * back/forward cache. Null where only a proxy could tell.
   */
  afterLeaving: number | null
}

/** What became of a stream that tabs share when the tab that held it came to an end. */
export interface HandoverTrial {
  event: 'close' | 'crash' | 'freeze' | 'bfcache'
  /** From the act to the answer to another tab's request for the stream; null when none came within the wait. */
  recoveryMs: number | null
  waitMs: number
  /** Events between the last id before and the first id after, where ids are whole numbers that count up by one. */
  lost: number | null
}

/** The evidence of one page. Checks are pure functions of this. */
export interface AppEvidence {
  /** Secrets are taken out. */
  page: string
  /** Tabs that were asked for. */
  tabs: number
  /** The tabs as the app is. */
  plain: AppObservation | NotDone
  /** The same with the coordinator's SharedEventSource in place of EventSource. */
  coordinator: AppObservation | NotDone
  errorStatus: ErrorStatusTrial | NotDone
  reload: ReloadTrial | NotDone
  handover: HandoverTrial[] | NotDone
}

export function isDone<Result extends object>(result: Result | NotDone): result is Result {
  return !('notDone' in result)
}

/** Why nobody knows whether events were lost between two tabs. */
export const lostUnknownWords: string =
  'holes show in ids that are whole numbers and count up by one; the new stream has to bring three of them within 1.5 s'
