/** Puts together what the page shows, within bounds and without the secrets of addresses. */
import type { StreamSnapshot } from '../../evidence/ledger.js'
import { redactUrl } from '../../evidence/redact.js'
import type { Injection } from '../inject/index.js'
import type { Proxy as DevProxy } from '../proxy.js'
import type { DashboardState } from './messages.js'
import type { Slots } from './slots.js'

const mostOpenStreams = 200
const mostClosedStreams = 20
const mostOrigins = 20
const mostTextLength = 2000

/** The state of a proxy at this moment. */
export function readState(proxy: DevProxy, slots: Slots, injection: Injection | null): Omit<DashboardState, 'hasHar'> {
  const { at, origins } = proxy.ledger.snapshot()
  const all = proxy.ledger.streams()
  const open = all.filter(({ closedAt }) => closedAt === null)
  const shown = [
    ...all.filter(({ closedAt }) => closedAt !== null).slice(-mostClosedStreams),
    ...open.slice(-mostOpenStreams),
  ]
  return {
    at,
    proxy: { url: proxy.url, target: proxy.target && redactUrl(proxy.target) },
    origins: origins
      .filter(({ mostInUse, sockets }) => mostInUse > 0 || sockets > 0)
      .toSorted((a, b) => b.sockets - a.sockets)
      .slice(0, mostOrigins)
      .map(({ streams: _streams, ...origin }) => ({ ...origin, slots: slots.of(origin.origin).map(shorten) })),
    streams: shown.map(shortenStream).toSorted((a, b) => a.number - b.number),
    streamsLeftOut: Math.max(0, open.length - mostOpenStreams),
    faults: proxy.faults.list().map(({ number, text }) => ({ number, text })),
    injection: injection?.snapshot() ?? null,
  }
}

function shorten<Item extends { request: string | null }>(item: Item): Item {
  return item.request === null ? item : { ...item, request: shownUrl(item.request) }
}

function shortenStream(stream: StreamSnapshot): StreamSnapshot {
  const { url, page, lastEventId } = stream
  return {
    ...stream,
    url: shownUrl(url),
    page: page && shownUrl(page),
    lastEventId: lastEventId?.slice(0, mostTextLength) ?? null,
  }
}

function shownUrl(url: string): string {
  return redactUrl(url.slice(0, mostTextLength))
}
