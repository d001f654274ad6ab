/** What all tabs together hold at each origin: connections, streams, requests that wait. */
import type { ObservedOrigin } from '../../evidence/app.js'
import { connectionsPerOrigin } from '../../evidence/ledger.js'
import type { StreamObserver } from './observe-streams.js'

/** Time between two looks. A connection that closes as another opens is not seen as two. */
const everyMs = 50

/** Keeps the most connections that were in use at the same time, by origin, until it is closed. */
export function watchPeaks(observers: () => StreamObserver[]): { sockets(): Map<string, number>; close(): void } {
  const most = new Map<string, number>()
  const look = () => {
    for (const [origin, { connections }] of connectionsOf(observers())) {
      most.set(origin, Math.max(most.get(origin) ?? 0, connections.size))
    }
  }
  const timer = setInterval(look, everyMs)
  return {
    sockets() {
      look()
      return new Map(most)
    },
    close: () => clearInterval(timer),
  }
}

interface Use {
  protocol: string | null
  connections: Set<number>
}

/** Tabs that share a connection count it once. */
function connectionsOf(observers: StreamObserver[]): Map<string, Use> {
  const uses = new Map<string, Use>()
  for (const observer of observers) {
    for (const [origin, { protocol, connections }] of observer.origins()) {
      const use = uses.get(origin) ?? { protocol: null, connections: new Set<number>() }
      uses.set(origin, use)
      use.protocol ??= protocol
      for (const connection of connections ?? []) use.connections.add(connection)
    }
  }
  return uses
}

/**
 * Counts what is open and what waits now.
 *
 * @param sockets the most connections seen, by origin; undefined where the browser does not tell.
 */
export function countOrigins(observers: StreamObserver[], sockets: Map<string, number> | undefined): ObservedOrigin[] {
  const origins = new Map<string, ObservedOrigin>()
  const at = (url: string) => {
    const origin = URL.canParse(url) ? new URL(url).origin : url
    const known = origins.get(origin)
    if (known) return known
    const fresh: ObservedOrigin = {
      origin,
      protocol: null,
      sockets: sockets ? (sockets.get(origin) ?? 0) : null,
      streamsOpen: 0,
      streamsWaiting: 0,
      stalledRequests: 0,
    }
    origins.set(origin, fresh)
    return fresh
  }
  for (const [origin, { protocol }] of connectionsOf(observers)) at(origin).protocol ??= protocol
  for (const observer of observers) {
    for (const { url, state, protocol, fromServiceWorker } of observer.streams()) {
      const origin = at(url)
      origin.protocol ??= protocol
      // The stream behind one that came out of a service worker is the worker's own.
      if (state === 'open' && !fromServiceWorker) origin.streamsOpen += 1
      if (state === 'waiting') origin.streamsWaiting += 1
    }
    for (const { url } of observer.waiting()) at(url).stalledRequests += 1
  }
  return [...origins.values()].sort((a, b) => b.streamsOpen - a.streamsOpen || (a.origin < b.origin ? -1 : 1))
}

/** The origins that the browser has asked something of. */
export function askedOrigins(observers: StreamObserver[]): Set<string> {
  const urls = observers.flatMap((observer) => observer.requests().map(({ finalUrl }) => finalUrl))
  return new Set(urls.filter((url) => URL.canParse(url)).map((url) => new URL(url).origin))
}

/** Whether all connections to an origin of HTTP/1.1 are in use, by streams among others. */
export function isFull({ protocol, sockets, streamsOpen }: ObservedOrigin): boolean {
  const used = Math.max(sockets ?? 0, streamsOpen)
  return protocol?.startsWith('http/1') === true && streamsOpen > 0 && used >= connectionsPerOrigin
}
