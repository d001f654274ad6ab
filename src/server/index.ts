/** `sse-coord/server`: serve event streams that resume, fan out cheaply and are bounded in memory. */
export {
  type BroadcastOptions,
  Channel,
  type ChannelEvents,
  type ChannelOptions,
  type DefaultChannelState,
  type HistoryOptions,
} from './channel.js'
export { createChannel } from './create-channel.js'
export { type CreateSessionOptions, createSession } from './create-session.js'
export type { NodeRequest, NodeResponse } from './node-outlet.js'
export {
  type DefaultSessionState,
  type Serializer,
  Session,
  type SessionEvents,
  type SessionOptions,
  type SlowReader,
} from './session.js'
