/** An EventSource that all tabs of an origin share: same constructor, same events, one connection. */
import { choose, type Strategy } from './choose.js'
import type { TransportName } from './plan.js'
import { SharedSource, type SharedSourceInit } from './shared-source.js'
import { thisWorld } from './world.js'

/** What a SharedEventSource may be told. */
export interface SharedEventSourceInit extends SharedSourceInit {
  /** How tabs agree on who connects. Default `auto`: Web Locks, or questions on the channel where there are none. */
  strategy?: Strategy | undefined
  /** How to read the stream. Default `auto`: `fetch` for the page's own origin, the native EventSource for others. */
  transport?: TransportName | undefined
  /** Comes back after a 5xx, 408, 425 or 429 too; an EventSource would stay closed. Default `false`. */
  reconnectOnError?: boolean | undefined
}

/**
 * A drop-in for `EventSource`. Tabs that open the same URL with the same credentials share one connection; who holds it
 * may change at any moment, and neither `readyState` nor the events show it.
 *
 * Beside the standard's events it dispatches `gap` when events may have been lost in a change that the server could not
 * bridge.
 *
 * @throws DOMException `SyntaxError` when the URL cannot be parsed; TypeError when there is none.
 */
export class SharedEventSource extends SharedSource {
  constructor(url: string | URL, init?: SharedEventSourceInit) {
    super(url, init, (absolute, listener) => choose(thisWorld, { ...init, url: absolute })(['message'], listener))
  }
}
