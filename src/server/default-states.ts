/**
 * The types of `state` where none is given. Widen them for a whole application by module augmentation:
 * `declare module 'sse-coord/server' { interface DefaultSessionState { user: string } }`.
 */

/** The type of `session.state` where none is given. */
export interface DefaultSessionState {
  [key: string]: unknown
}

/** The type of `channel.state` where none is given. */
export interface DefaultChannelState {
  [key: string]: unknown
}
