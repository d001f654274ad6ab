/**
 * The coordinator for a plain script tag, built to `dist/coordinator.global.js`. `SSECoordinator` and
 * `SharedEventSource` become globals, and `EventSource` becomes `SharedEventSource`: an app that knows nothing of this
 * shares its streams. With `data-replace="off"` on the tag `EventSource` stays what it is. `sseCoord` holds it all, and
 * the browser's own class under `EventSource`.
 */
import { SharedEventSource } from './shared-event-source.js'
import { SSECoordinator } from './sse-coordinator.js'

/** What the script leaves in the page as `sseCoord`. */
export interface SseCoord {
  SSECoordinator: typeof SSECoordinator
  SharedEventSource: typeof SharedEventSource
  /** The browser's own class, for a stream that is not to be shared. */
  EventSource: typeof EventSource
}

const page = globalThis as typeof globalThis & { sseCoord?: SseCoord }
// The script may be there twice, by the app's own hand and by a proxy's.
if (!page.sseCoord) {
  const { EventSource } = page
  page.sseCoord = { SSECoordinator, SharedEventSource, EventSource }
  Object.assign(page, { SSECoordinator, SharedEventSource })
}
// Where there is no such class there is nothing to replace: importing this in Node has no effect.
if (page.EventSource && page.document?.currentScript?.dataset.replace !== 'off') {
  page.EventSource = page.sseCoord.SharedEventSource
}
