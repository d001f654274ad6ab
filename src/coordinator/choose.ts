/** Picks the way to elect and the transport that fit the place the page is in. Never silence: alone if need be. */
import type { Elect } from './elect.js'
import { electAlone } from './elect-alone.js'
import { electByLock } from './elect-by-lock.js'
import { electByQuestion } from './elect-by-question.js'
import { type FetchOptions, fetchTransport } from './open-fetch.js'
import { nativeTransport } from './open-native.js'
import type { OpenStream } from './transport.js'
import type { World } from './world.js'

/** How the tabs agree on who reads the stream. */
export type Strategy = 'auto' | 'heartbeat' | 'standalone'

/** How the stream is read. */
export type TransportName = 'auto' | 'fetch' | 'eventsource'

/** Web Locks where there are, questions on the channel where not, alone without a channel or an origin to share. */
export function chooseElect(world: World, strategy: Strategy): Elect {
  if (strategy === 'standalone' || !world.BroadcastChannel || world.origin === 'null') return electAlone
  return strategy === 'auto' && world.locks ? electByLock : electByQuestion
}

/** `fetch` for the page's own origin, the browser's EventSource for others; what only `fetch` can do decides first. */
export function chooseTransport(
  world: World,
  transport: TransportName,
  url: string,
  options: FetchOptions & { lastEventIdParam?: string | undefined },
): { open: OpenStream; canResume: boolean } {
  const needsFetch = !!options.headers || !!options.body || (options.method ?? 'GET') !== 'GET'
  const own = new URL(url).origin === world.origin
  if (needsFetch || transport === 'fetch' || (transport === 'auto' && own) || !world.EventSource) {
    return { open: fetchTransport(world, options), canResume: true }
  }
  return { open: nativeTransport(world, options.lastEventIdParam), canResume: !!options.lastEventIdParam }
}
