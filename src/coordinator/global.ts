/**
 * The coordinator for a plain script tag, built to `dist/coordinator.global.js`.
 */
import { SharedEventSource } from './shared-event-source.js'
import { SSECoordinator } from './sse-coordinator.js'

Object.assign(globalThis, { SSECoordinator, SharedEventSource })
