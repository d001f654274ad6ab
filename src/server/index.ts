/** `sse-coord/server`: serve event streams that resume, fan out cheaply and are bounded in memory. */
export {
  type BroadcastOptions,
  Channel,
  type ChannelEvents,
  type ChannelOptions,
  type HistoryOptions,
} from './channel.js'
export { ChannelStore, type ChannelStoreOptions, createChannelStore } from './channel-store.js'
export { createChannel } from './create-channel.js'
export { type CreateSessionOptions, createSession } from './create-session.js'
// With a star, as TypeScript lets an application widen only what comes that way.
export type * from './default-states.js'
export type { EventBuffer } from './event-buffer.js'
export type { NodeRequest, NodeResponse } from './node-outlet.js'
export { Session, type SessionEvents, type SlowReader, type SourceOptions } from './session.js'
export type { Sanitizer, Serializer, SessionOptions, SlowReaderPolicy } from './session-options.js'
export { type TopicsOptions, topicsOf } from './topics.js'
export type { Duration, Size } from './units.js'
