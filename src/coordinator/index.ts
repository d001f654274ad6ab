/** One event stream for all tabs of an origin: `sse-coord/coordinator`. */
export type { Strategy } from './choose.js'
export { decodeBinary } from './decode-binary.js'
export type { CoordinatorOptions, EventMap, Logger, SSEEvent } from './options.js'
export type { HeadersOption, TransportName } from './plan.js'
export { SharedEventSource, type SharedEventSourceInit } from './shared-event-source.js'
export { SSECoordinator } from './sse-coordinator.js'
