/**
 * The smallest form, `sse-coord/coordinator/native`: Web Locks and the browser's own EventSource, and nothing for where
 * either is missing. A change of leader resumes by `lastEventIdParam`; without one it is reported as a `gap`.
 */
import { electAlone } from './elect-alone.js'
import { electByLock } from './elect-by-lock.js'
import { keepOpen } from './keep-open.js'
import { nativeTransport } from './open-native.js'
import { SharedSource, type SharedSourceInit } from './shared-source.js'

export type { SharedSourceInit } from './shared-source.js'

/**
 * A drop-in for `EventSource` that all tabs of an origin share, one connection for each without Web Locks.
 *
 * @throws DOMException `SyntaxError` when the URL cannot be parsed.
 */
export class SharedEventSource extends SharedSource {
  constructor(url: string | URL, init: SharedSourceInit = {}) {
    super(url, init, (world, plan) => ({
      elect: world.navigator?.locks ? electByLock : electAlone,
      keep: (...stream) => keepOpen(world, plan, nativeTransport(plan), ...stream),
      canResume: !!plan.lastEventIdParam,
    }))
  }
}
