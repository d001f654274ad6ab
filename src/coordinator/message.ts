/**
 * What members of a group say to each other on their BroadcastChannel. Anything may arrive there, from another version
 * or another script: `readMessage` lets through only what has the right shape.
 */
import type { SharedEvent } from './history.js'

/** The state of the shared connection, numbered like `EventSource.readyState`. */
export type StreamState = 0 | 1 | 2

/** The leader tells where it stands: when it begins, when the connection's state changes, and to whoever asks. */
export interface HereMessage {
  kind: 'here'
  epoch: number
  state: StreamState
  /** Why the stream is over, with state 2. */
  reason: string
  /** The origin of the stream, after redirects. */
  origin: string
  /** The last event ID that it has come to. */
  id: string
  /** The event types that anybody in the group has asked for. */
  types: string[]
  /** This leadership begins; what it reads follows `id`. */
  begins: boolean
  /** For the member that asked with this token only. */
  to: string
  /** With `to`: the events after the id that was asked for, if that is known. */
  events: SharedEvent[] | null
  /** With `to`, and that not known: the first id that is. */
  first: string
}

/** The leader passes on what it read in one task. */
export interface EventsMessage {
  kind: 'events'
  epoch: number
  events: SharedEvent[]
}

/** The leader could not resume: events may be missing for everybody. */
export interface GapMessage {
  kind: 'gap'
  epoch: number
}

/** A leader leaves in good order (only where no lock tells the others). */
export interface ByeMessage {
  kind: 'bye'
  epoch: number
}

/** A member asks whether anybody leads. */
export interface AskMessage {
  kind: 'ask'
  /** If not empty: it wants the events that it missed. */
  token: string
  /** The last event ID that it has come to, and how many events without one came since. */
  id: string
  since: number
  /** It has seen nothing yet, and wants the last so many events. */
  isNew: boolean
  replay: number
  types: string[]
}

/** The whole group is to end, as at logout. */
export interface EndMessage {
  kind: 'end'
}

/** Something an app sends to the other tabs by itself. */
export interface AppMessage {
  kind: 'app'
  value: unknown
}

export type Message = HereMessage | EventsMessage | GapMessage | ByeMessage | AskMessage | EndMessage | AppMessage

const events: SharedEvent[] = [['', '', '', false, 0]]

/** One message of each kind, to compare with. */
const samples: { [Kind in Message['kind']]: object } = {
  here: { epoch: 0, state: 0, reason: '', origin: '', id: '', types: [''], begins: false, to: '', first: '' },
  events: { epoch: 0, events },
  gap: { epoch: 0 },
  bye: { epoch: 0 },
  ask: { token: '', id: '', since: 0, isNew: false, replay: 0, types: [''] },
  end: {},
  app: {},
}

/** Whether a value is built like a sample; a list's sample stands for each of its items. */
function isLike(value: unknown, sample: unknown): boolean {
  if (typeof value !== typeof sample || value === null) return false
  if (!Array.isArray(sample)) {
    return (
      typeof sample !== 'object' ||
      Object.entries(sample as object).every(([key, one]) => isLike((value as Record<string, unknown>)[key], one))
    )
  }
  if (!Array.isArray(value)) return false
  const isList = sample.length === 1
  return (
    (isList || value.length >= sample.length) && value.every((item, index) => isLike(item, sample[isList ? 0 : index]))
  )
}

/** The message, or undefined when it is none of ours. */
export function readMessage(value: unknown): Message | undefined {
  const message = value as HereMessage | null | undefined
  const kind = message?.kind
  const isOurs = !!kind && Object.hasOwn(samples, kind) && isLike(message, samples[kind])
  // An answer has events or null.
  return isOurs && (kind !== 'here' || message.events === null || isLike(message.events, events)) ? message : undefined
}
