/** What was seen in the tabs of an app, in the terms of the report. */
import type { AppObservation, ObservedOrigin, ObservedTab } from '../../evidence/app.js'
import { redactUrl } from '../../evidence/redact.js'
import type { TabRequest } from '../../evidence/report.js'
import { roundMs } from '../../evidence/round-ms.js'
import type { LaunchedBrowser } from '../launch.js'
import type { SeenRequest } from '../seen-request.js'
import { isFull } from '../streams/count-origins.js'
import { describeStream } from '../streams/describe-stream.js'
import { blindSpotsOfFirefox } from '../streams/observe-streams-bidi.js'
import type { SourceMaps } from '../streams/source-maps.js'
import type { StreamRecord } from '../streams/stream-record.js'
import type { AppTab } from './app-tab.js'

/** What there is to describe. Moments are those of `performance.now()`. */
export interface SeenApp {
  url: string
  browser: Pick<LaunchedBrowser, 'engine' | 'name' | 'version'>
  tabs: readonly AppTab[]
  /** Of shared workers and service workers. */
  workerStreams: readonly StreamRecord[]
  origins: ObservedOrigin[]
  settled: boolean
  /** When the work on the app began. */
  begin: number
  maps: SourceMaps
}

export async function describeApp(seen: SeenApp): Promise<AppObservation> {
  const { url, browser, tabs, workerStreams, origins, settled, begin, maps } = seen
  const firstOpened = tabs[0]?.openedAt ?? begin
  const watchedMs = roundMs(performance.now() - firstOpened)
  const unseenWorkers = tabs.reduce((sum, { observer }) => sum + (observer.unseenWorkers?.() ?? 0), 0)
  const perTab = await Promise.all(tabs.map((tab, index) => describeTab(tab, index + 1, firstOpened, maps)))
  return {
    page: redactUrl(url),
    browser: { name: browser.name, version: browser.version },
    protocol: tabs[0]?.observer.protocol() ?? null,
    tabs: tabs.length,
    perTab,
    shared: await Promise.all(workerStreams.map((stream) => describeStream(stream, begin, maps))),
    origins,
    firstStalledTab: firstStalledTab(perTab, origins),
    settled,
    blindSpots: browser.engine === 'firefox' ? [...blindSpotsOfFirefox] : [],
    ...(unseenWorkers > 0 && { unseenWorkers }),
    durationMs: roundMs(performance.now() - begin),
    watchedMs,
  }
}

async function describeTab(
  { page, observer, openedAt, loadMs, failedStep }: AppTab,
  tab: number,
  begin: number,
  maps: SourceMaps,
): Promise<ObservedTab> {
  const streams = observer.streams()
  return {
    tab,
    url: redactUrl(page.url()),
    loaded: loadMs !== null,
    loadMs: loadMs === null ? null : roundMs(loadMs),
    failedStep,
    waiting: observer
      .waiting()
      .map(({ url, type, waitedMs }) => ({ url: redactUrl(url), type, waitedMs: roundMs(waitedMs) })),
    requests: observer.requests().map((request) => describeRequest(request, begin)),
    streams: await Promise.all(streams.map((stream) => describeStream(stream, openedAt, maps))),
  }
}

/** @param begin when the first tab was opened, by `performance.now()` */
function describeRequest(
  { url, type, accept, askedAt, sentAt, answer, endedAt }: SeenRequest,
  begin: number,
): TabRequest {
  const since = (at: number | null | undefined) => (at === null || at === undefined ? null : roundMs(at - begin))
  const isStream =
    type === 'EventSource' || answer?.mimeType === 'text/event-stream' || (!answer && accept === 'text/event-stream')
  return {
    url: redactUrl(url),
    kind: isStream ? 'stream' : type === 'Document' ? 'page' : 'request',
    askedMs: roundMs(askedAt - begin),
    sentMs: since(sentAt),
    answeredMs: since(answer?.at),
    endedMs: since(endedAt),
  }
}

/**
 * The first tab in which something waits for an origin of HTTP/1.1 whose connections are all in use by streams. A wait for any
 * other reason, such as a slow server, is no stall; over HTTP/2 there is none.
 */
function firstStalledTab(tabs: readonly ObservedTab[], origins: readonly ObservedOrigin[]): number | null {
  const full = new Set(origins.filter(isFull).map(({ origin }) => origin))
  const stalled = tabs.find(
    ({ streams, waiting }) =>
      waiting.some(({ url }) => full.has(originOf(url))) ||
      streams.some(({ state, url }) => state === 'waiting' && full.has(originOf(url))),
  )
  return stalled?.tab ?? null
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url
}
