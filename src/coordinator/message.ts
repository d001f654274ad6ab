/**
 * What members of a group say to each other on their BroadcastChannel. Anything may arrive there, from another version
 * or another script: `isMessage` lets through only what has the right shape.
 */
import type { SharedEvent } from './history.js'

/**
 * The state of the shared connection, numbered like `EventSource.readyState`; below zero it is being made again, and
 * every further failure takes one more away.
 */
export type StreamState = number

/** The leader tells where it stands: when it begins, when the connection's state changes, and to whoever asks. */
export type HereMessage = readonly [
  kind: 'here',
  epoch: number,
  state: StreamState,
  /** Why the stream is not open. */
  reason: string,
  /** The origin of the stream, after redirects. */
  origin: string,
  /** The last event ID that it has come to. */
  id: string,
  /** The event types that anybody in the group has asked for. */
  types: string[],
  /** This leadership begins; what it reads follows `id`. */
  begins: boolean,
  /** For the member that asked with this token only. */
  to: string,
  /** With `to`: the first id that is known. */
  first: string,
  /** With `to`: the events after the id that was asked for, if that is known. */
  events: SharedEvent[] | null,
]

/** The leader passes on what it read in one task. */
export type EventsMessage = readonly [kind: 'events', epoch: number, events: SharedEvent[]]

/** `gap`: the leader could not resume. `bye`: it leaves in good order, where no lock tells the others. */
export type WordMessage = readonly [kind: 'gap' | 'bye', epoch: number]

/** A member asks whether anybody leads. */
export type AskMessage = readonly [
  kind: 'ask',
  /** If not empty: it wants the events that it missed. */
  token: string,
  /** The last event ID that it has come to, and how many events without one came since. */
  id: string,
  since: number,
  /** How many of the last events it wants, for it has seen nothing yet; -1 if it has. */
  replay: number,
  types: string[],
]

/** The whole group is to end, as at logout. */
export type EndMessage = readonly [kind: 'end']

/** Something an app sends to the other tabs by itself. */
export type AppMessage = readonly [kind: 'app', value: unknown]

export type Message = HereMessage | EventsMessage | WordMessage | AskMessage | EndMessage | AppMessage

/**
 * A letter for each item after the kind: the first of its `typeof`, `T` a list of strings, `E` a list of events, `O` one
 * or null.
 */
const shapes = new Map<unknown, string>([
  ['here', 'nnsssTbssO'],
  ['events', 'nE'],
  ['gap', 'n'],
  ['bye', 'n'],
  ['ask', 'ssnnT'],
  ['end', ''],
  ['app', ''],
])

function fits(values: unknown, shape: string | undefined, from = 0): boolean {
  return (
    Array.isArray(values) &&
    shape !== undefined &&
    [...shape].every((letter, index) => {
      const value = values[index + from]
      return letter > 'Z'
        ? (typeof value)[0] === letter
        : letter === 'T'
          ? Array.isArray(value) && value.every((item) => typeof item === 'string')
          : (letter === 'O' && value === null) || (Array.isArray(value) && value.every((item) => fits(item, 'sssbn')))
    })
  )
}

/** Whether it is a message of ours. */
export function isMessage(value: unknown): value is Message {
  return Array.isArray(value) && fits(value, shapes.get(value[0]), 1)
}
