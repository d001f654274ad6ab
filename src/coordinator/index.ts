/** One event stream for all tabs of an origin: `sse-coord/coordinator`. */
export type { Strategy, TransportName } from './choose.js'
export type { CoordinatorOptions, EventMap, Logger, SSEEvent } from './options.js'
export { SharedEventSource, type SharedEventSourceInit } from './shared-event-source.js'
export { SSECoordinator } from './sse-coordinator.js'
