/** What was seen in the tabs of an app, in the terms of the report. */
import type { ObservedOrigin, ObservedTab } from '../../evidence/app.js'
import { redactUrl } from '../../evidence/redact.js'
import type { TabRequest } from '../../evidence/report.js'
import { roundMs } from '../../evidence/round-ms.js'
import { isFull } from '../streams/count-origins.js'
import { describeStream } from '../streams/describe-stream.js'
import type { SourceMaps } from '../streams/source-maps.js'
import type { SeenRequest } from '../watch-requests.js'
import type { AppTab } from './app-tab.js'

export async function describeTab(
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
export function firstStalledTab(tabs: readonly ObservedTab[], origins: readonly ObservedOrigin[]): number | null {
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
