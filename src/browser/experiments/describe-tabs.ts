/** What was seen in the tabs of an app, in the terms of the report. */
import type { ObservedOrigin, ObservedTab } from '../../evidence/app.js'
import { redactUrl } from '../../evidence/redact.js'
import { roundMs } from '../../evidence/round-ms.js'
import { isFull } from '../streams/count-origins.js'
import { describeStream } from '../streams/describe-stream.js'
import type { SourceMaps } from '../streams/source-maps.js'
import type { AppTab } from './app-tab.js'

export async function describeTab(
  { page, observer, openedAt, loadMs, failedStep }: AppTab,
  tab: number,
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
    streams: await Promise.all(streams.map((stream) => describeStream(stream, openedAt, maps))),
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
