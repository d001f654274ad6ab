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

/** The leader says where it stands: when it begins, with all that it reads, with every change, and to whoever asks. */
export type LeadMessage = [
  kind: 'lead',
  epoch: number,
  state: StreamState,
  /** Why the stream is not open. */
  reason: string,
  /** The origin of the stream, after redirects. */
  origin: string,
  /** The event types that anybody in the group has asked for. */
  types: string[],
  /** The place before the events, and then the events. */
  events: SharedEvent[],
  /**
   * `gap`: the leader could not resume. `bye`: it leaves in good order, where no lock tells the others. A number: these
   * are the last events, for newcomers that want so many. Else empty.
   */
  word: string,
]

/** A member asks whether anybody leads, and for what came after its place. */
export type AskMessage = [
  kind: 'ask',
  types: string[],
  /** Its place, in a list of one. */
  place: SharedEvent[],
  /** How many of the last events it wants, for it has no place yet; -1 if it has. */
  replay: number,
]

/** Something an app sends to the other tabs by itself. */
export type AppMessage = [kind: 'app', value: unknown]

export type Message = LeadMessage | AskMessage | AppMessage

const samples = new Map<unknown, unknown>([
  ['lead', ['', 0, 0, '', '', [''], [placeOf()], '']],
  ['ask', ['', [''], [placeOf()], 0]],
])

/** Whether it is a message of ours. */
export function isMessage(value: unknown): value is Message {
  return Array.isArray(value) && (value[0] === 'app' || isLike(value, samples.get(value[0])))
}
