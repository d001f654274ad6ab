/**
 * What real tabs of a user's own app asked of the network: streams, with the code that opened each, and requests that wait
 * for a connection. Times are milliseconds; those of a tab count from the moment at which the tab was opened. `null` means
 * “not measured” or “did not happen”, never zero.
 */
import type { TabRequest } from './report.js'

/** A place in the user's code, after source maps where there are any. Lines and columns count from 1. */
export interface CodePlace {
  /** `src/live.ts`; without a source map the URL of the script. */
  file: string
  line: number
  column: number
  function: string | null
}

/** Where the code runs that opened a stream. */
export type StreamContext = 'page' | 'iframe' | 'worker' | 'shared-worker' | 'service-worker' | 'unknown'

/** One event stream. The reconnects of an EventSource belong to it. */
export interface ObservedStream {
  /** In full; the values of query parameters that look like secrets are taken out. */
  url: string
  kind: 'EventSource' | 'fetch' | 'xhr'
  context: StreamContext
  /**
   * `open`: on a connection. `waiting`: asked for more than 200 ms ago, and without a connection; in Firefox, which does not
   * tell these apart, without an answer. `reconnecting`: an EventSource between two connections. `closed`: ended for good,
   * or its page has gone.
   */
  state: 'open' | 'waiting' | 'reconnecting' | 'closed'
  /** The code that opened it: the first place that is not in a library. */
  openedBy: CodePlace | null
  /** `http/1.1`, `h2`, `h3`; null until it is answered. */
  protocol: string | null
  /** The answer came out of a service worker. */
  fromServiceWorker: boolean
  /** The HTTP status of the last answer. */
  status: number | null
  /** The media type of that answer, in small letters; absent without an answer, and in evidence of before. */
  mediaType?: string
  /** An answer before the last one was a stream: the EventSource had been open. Absent where none was, and in evidence of before. */
  wasOpen?: true
  /**
   * Why the browser gave the page nothing, in its words: `cors: MissingAllowOriginHeader`, `blocked: csp`,
   * `net::ERR_CONNECTION_REFUSED`. Absent where there was an answer; Firefox does not tell.
   */
  failure?: string
  /** The address of the page at the moment at which it was opened. */
  pageUrl: string
  openedAtMs: number
  /** When the first answer came. */
  answeredAtMs: number | null
  closedAtMs: number | null
  /** How often the browser came back by itself after an end. */
  reconnects: number
}

/** A request without a connection; in Firefox one without an answer. */
export interface WaitingRequest {
  url: string
  /** As the browser calls it: `Document`, `EventSource`, `Fetch`, `Image` … */
  type: string
  waitedMs: number
}

/** Whether the app still holds the stream, or tries to: these are the streams that a budget counts. */
export function isHeld({ state }: Pick<ObservedStream, 'state'>): boolean {
  return state !== 'closed'
}

/** One tab. */
export interface ObservedTab {
  /** From 1, in the order of opening. */
  tab: number
  /** Where it is at the end; the secrets of its query are taken out. */
  url: string
  loaded: boolean
  /** From the moment at which the tab was sent there to its `load` event. */
  loadMs: number | null
  /** The step that could not be done in a tab that was stalled. */
  failedStep: string | null
  /** Everything that it asked for, in order, those that are closed as well. */
  streams: ObservedStream[]
  /** The first hundred requests; times count from the opening of the first tab. Absent in evidence of before. */
  requests?: TabRequest[]
  /** What waits for a connection at the end; in Firefox, which does not tell, what has no answer. */
  waiting: WaitingRequest[]
}

/** One origin that the page asked. */
export interface ObservedOrigin {
  origin: string
  protocol: string | null
  /** The most connections that carried a request at the same time, all tabs together. Null in Firefox. */
  sockets: number | null
  streamsOpen: number
  streamsWaiting: number
  /** Requests of any kind that wait for a connection at the end. */
  stalledRequests: number
}

/** The result of one look at an app. */
export interface AppObservation {
  /** The page that was opened. */
  page: string
  browser: { name: string; version: string }
  /** Of the page's own answer: `http/1.1`, `h2`. */
  protocol: string | null
  tabs: number
  perTab: ObservedTab[]
  /** Streams of shared workers and service workers, which belong to no one tab. */
  shared: ObservedStream[]
  origins: ObservedOrigin[]
  /** The first tab that did not load, or whose stream waits, while all connections of an HTTP/1.1 origin were in use. */
  firstStalledTab: number | null
  /** False when the number of streams still changed when the time was up. */
  settled: boolean
  /** What this browser cannot show, in sentences. */
  blindSpots: string[]
  /** Workers that the page started and whose streams this browser does not tell of; absent where there is none. */
  unseenWorkers?: number
  durationMs: number
  /** From the opening of the first tab to the count. */
  watchedMs?: number
}

/** Why no count of streams is the whole of it where workers are not seen. */
export function unseenWorkersWords({ browser }: Pick<AppObservation, 'browser'>): string {
  return `the page starts a worker, and ${browser.name} does not tell which streams workers open; use --browser chromium`
}

/** Where the tabs are that were sent to the page: path and query of another page, or null where it is the same one. */
export function ledTo({ page, perTab }: Pick<AppObservation, 'page' | 'perTab'>): string | null {
  const [at, asked] = [perTab[0]?.url ?? '', page].map((url) => (URL.canParse(url) ? new URL(url) : null))
  if (!at || !asked || !/^https?:$/.test(at.protocol)) return null
  const isSame = at.origin === asked.origin && withoutSlash(at.pathname) === withoutSlash(asked.pathname)
  return isSame ? null : `${at.origin === asked.origin ? '' : at.origin}${at.pathname}${at.search}`
}

function withoutSlash(path: string): string {
  return path.replace(/\/$/, '')
}
