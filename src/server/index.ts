/** `sse-coord/server`: serve event streams that resume, fan out cheaply and are bounded in memory. */

export type { Duration, Size } from '../config/quantities.js'
export type { Backbone, BackboneListener, LoggedEvent, OutgoingEvent } from './backbone.js'
export type { Batch } from './batch.js'
export { encodeBinary } from './binary.js'
export { Channel } from './channel.js'
export type {
  BroadcastOptions,
  ChannelEvents,
  ChannelOptions,
  HistoryOptions,
  RegisterOptions,
} from './channel-options.js'
export { ChannelStore, type ChannelStoreOptions, createChannelStore } from './channel-store.js'
export { createChannel } from './create-channel.js'
export { createResponse, type SessionCallback } from './create-response.js'
export { type CreateSessionOptions, createSession, createSessionOn } from './create-session.js'
// With a star, as TypeScript lets an application widen only what comes that way.
export type * from './default-states.js'
export { disconnectEventName, stopReconnecting, stopReconnectingResponse } from './dismiss.js'
export type { EventBuffer } from './event-buffer.js'
export { createLimits, type LimitName, Limits, type LimitsOptions, type SessionPlace } from './limits.js'
export { createMemoryBackbone, type MemoryBackboneOptions } from './memory-backbone.js'
export {
  type ChannelConnections,
  type Connections,
  type CountedChannel,
  type CountedStore,
  createMonitor,
  type Monitor,
  type MonitorOptions,
} from './monitor.js'
export type { NodeRequest, NodeResponse } from './node-outlet.js'
export type { Outlet, OutletListener } from './outlet.js'
export { createRedisBackbone, type RedisBackboneOptions } from './redis-backbone.js'
export type { RedisClient } from './redis-log.js'
export { Session } from './session.js'
export type { SessionEvents, SlowReader } from './session-events.js'
export type { PushOptions, Sanitizer, Serializer, SessionOptions, SlowReaderPolicy } from './session-options.js'
export type { SourceOptions } from './source.js'
export { type TopicsOptions, topicsOf } from './topics.js'
