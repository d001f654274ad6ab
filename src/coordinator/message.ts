/**
 * What members of a group say to each other on their BroadcastChannel. Anything may arrive there, from another version
 * or another script: `isMessage` lets through only what has the right shape.
 */
import { placeOf, type SharedEvent } from './history.js'
import { isLike } from './is-like.js'

/**
 * The state of the shared connection, numbered like `EventSource.readyState`; below zero it is being made again, and
 * every further failure takes one more away.
 */
export type StreamState = number

/**
 * The leader says where it stands: when it begins, with all that it reads, with every change, and to whoever asks. Who
 * does not lead asks whether anybody does, and for what came after its place.
 */
export type Message = [
  /** The leader's; 0 of who asks. */
  epoch: number,
  /** The event types that anybody in the group is known to want. */
  types: string[],
  /** A place, and the events that follow it; of who asks the place alone. */
  events: SharedEvent[],
  state: StreamState,
  /** Why the stream is not open. */
  reason: string,
  /** The origin of the stream, after redirects. */
  origin: string,
  /**
   * `gap`: the leader could not resume. `bye`: it leaves in good order. A number: who asks has no place yet and wants so
   * many of the last events, and here they are. Else empty.
   */
  word: string,
]

/** Whether it is a message of ours. */
export function isMessage(value: unknown): value is Message {
  return isLike(value, [0, [''], [placeOf()], 0, '', '', ''] satisfies Message)
}
