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

/** A letter for each item after the kind: the first of its `typeof`, `T` a list of strings, `E` a list of events, neither empty. */
const shapes = new Map<unknown, string>([
  ['lead', 'nnssTEs'],
  ['ask', 'TEn'],
  ['app', ''],
])

function fits(values: unknown, shape: string | undefined, from = 0): boolean {
  return (
    Array.isArray(values) &&
    shape !== undefined &&
    [...shape].every((letter, index) => {
      const value = values[index + from]
      if (letter > 'Z') return (typeof value)[0] === letter
      return (
        Array.isArray(value) &&
        value.length > 0 &&
        value.every((item) => (letter === 'T' ? typeof item === 'string' : fits(item, 'sssnn')))
      )
    })
  )
}

/** Whether it is a message of ours. */
export function isMessage(value: unknown): value is Message {
  return Array.isArray(value) && fits(value, shapes.get(value[0]), 1)
}
