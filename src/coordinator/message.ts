/**
 * What members of a group say to each other on their BroadcastChannel. Anything may arrive there, from another version
 * or another script: `readMessage` lets through only what has the right shape.
 */
import type { Entry, Position, SharedEvent } from './history.js'

/** The state of the shared connection, numbered like `EventSource.readyState`. */
export type StreamState = 0 | 1 | 2

/** The leader tells where it stands: when it begins, when the connection's state changes, and to whoever asks. */
export interface HereMessage {
  kind: 'here'
  epoch: number
  state: StreamState
  /** Why the stream is over, with state 2. */
  reason?: string | undefined
  /** The origin of the stream, after redirects. */
  origin: string
  /** The place at which this leadership began, and the last event ID that it resumed from. */
  from: Position
  fromId: string
  /** The place it has come to, and the last event ID there. */
  at: Position
  atId: string
  /** The event types that anybody in the group has asked for. */
  types: string[]
  /** Said first: this leadership begins. */
  begins?: boolean
  /** For this member only: the events that it asked for. */
  to?: string
  missed?: Entry[]
  /** With `to`: the events asked for are no longer known. What is known begins after `floor`, with the event `id` at `at`. */
  gap?: { floor: Position; at: Position; id: string }
}

/** The leader passes on what it read in one task. */
export interface EventsMessage {
  kind: 'events'
  epoch: number
  /** The number of the first event; the others follow without a hole. */
  first: number
  events: SharedEvent[]
}

/** The leader could not resume: events may be missing for everybody. */
export interface GapMessage {
  kind: 'gap'
  epoch: number
}

/** A member asks whether anybody leads, and for the events that it missed. */
export interface AskMessage {
  kind: 'ask'
  from: string
  types: string[]
  /** Its place, or null when it has seen nothing of the stream yet, and the last event ID there. */
  at: Position | null
  atId: string
  /** It missed events after `at`; a newcomer wants the last so many. */
  missed: boolean
  replay: number
}

/** A leader leaves in good order (only where no lock tells the others). */
export interface ByeMessage {
  kind: 'bye'
  epoch: number
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

export type Message = HereMessage | EventsMessage | GapMessage | AskMessage | ByeMessage | EndMessage | AppMessage

const isNumber = (value: unknown): value is number => typeof value === 'number'
const isText = (value: unknown): value is string => typeof value === 'string'
const isList = (value: unknown, test: (item: unknown) => boolean) => Array.isArray(value) && value.every(test)
const isPosition = (value: unknown) => isList(value, isNumber) && (value as unknown[]).length === 2
const isEvent = (value: unknown) => Array.isArray(value) && isText(value[0]) && isText(value[1]) && isText(value[2])

/** The fields each kind needs, and what they must look like. */
const shapes: { [kind: string]: { [field: string]: (value: unknown) => boolean } } = {
  here: {
    epoch: isNumber,
    state: (value) => value === 0 || value === 1 || value === 2,
    origin: isText,
    from: isPosition,
    fromId: isText,
    at: isPosition,
    atId: isText,
    types: (value) => isList(value, isText),
    missed: (value) =>
      value === undefined ||
      isList(value, (entry) => isPosition((entry as Entry)?.at) && isEvent((entry as Entry).event)),
  },
  events: { epoch: isNumber, first: isNumber, events: (value) => isList(value, isEvent) },
  gap: { epoch: isNumber },
  ask: {
    from: isText,
    types: (value) => isList(value, isText),
    at: (value) => value === null || isPosition(value),
    atId: isText,
  },
  bye: { epoch: isNumber },
  end: {},
  app: {},
}

/** The message, or undefined when it is none of ours. */
export function readMessage(value: unknown): Message | undefined {
  const fields = value as Record<string, unknown> | null | undefined
  const shape = typeof fields === 'object' && fields && isText(fields.kind) ? shapes[fields.kind] : undefined
  if (!fields || !shape || !Object.hasOwn(shapes, fields.kind as string)) return undefined
  for (const field in shape) if (!shape[field]?.(fields[field])) return undefined
  return value as Message
}
