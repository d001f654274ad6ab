/**
 * The coordinator for a plain script tag, built to `dist/coordinator.global.js`: `SSECoordinator` and
 * `SharedEventSource` become globals. With the attribute `data-replace` on the tag `EventSource` becomes
 * `SharedEventSource`, and an app that knows nothing of this shares its streams.
 */
import { SharedEventSource } from './shared-event-source.js'
import { SSECoordinator } from './sse-coordinator.js'

Object.assign(globalThis, { SSECoordinator, SharedEventSource })
if (globalThis.document?.currentScript?.hasAttribute('data-replace')) globalThis.EventSource = SharedEventSource
