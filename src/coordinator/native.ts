/**
 * The smallest form, `sse-coord/coordinator/native`: Web Locks and the browser's own EventSource, and nothing for where
 * either is missing. A change of leader resumes by `lastEventIdParam`; without one it is reported as a `gap`.
 */
import { keepNatively } from './keep-natively.js'
import { joinNatively } from './native-member.js'
import { nativeTransport } from './open-native.js'
import { SharedSource, type SharedSourceInit } from './shared-source.js'
import { thisWorld } from './world.js'

export type { SharedSourceInit } from './shared-source.js'

/**
 * A drop-in for `EventSource` that all tabs of an origin share, one connection for each without Web Locks.
 *
 * @throws DOMException `SyntaxError` when the URL cannot be parsed; TypeError when there is none.
 */
export class SharedEventSource extends SharedSource {
  constructor(url: string | URL, init?: SharedSourceInit) {
    super(url, init, (absolute, listener) => {
      const plan = { ...init, url: absolute }
      const keep = keepNatively(thisWorld, nativeTransport(plan))
      return joinNatively(thisWorld, plan, keep, !!plan.lastEventIdParam, listener)
    })
  }
}
