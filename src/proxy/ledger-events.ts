/** What the ledger says as it happens. Every `at` is in milliseconds since the Unix epoch, with a fraction. */
import type { LimitSnapshot, StreamSnapshot } from '../evidence/ledger.js'

/** A client's connection came or went. */
export interface SocketEvent {
  /** Counts up from 1 over the life of the ledger. */
  socket: number
  /** Scheme and Host header, as the client named them last; the listener's own address before the first request. */
  origin: string
  at: number
}

/** A request began, or its answer was handed on in full or broke off. */
export interface RequestEvent {
  /** Counts up from 1 over the life of the ledger. */
  request: number
  socket: number
  origin: string
  method: string
  /** Path and query as requested. */
  url: string
  at: number
}

/** One event of one event stream passed. */
export interface StreamEvent {
  /** The stream's number, as in its snapshot. */
  stream: number
  /** The id that the event itself carried. */
  id: string | null
  type: string
  /** At least the first 4096 characters. */
  data: string
  at: number
}

/** The streams of an origin have come nearer to the limit, or left it. */
export interface LimitEvent {
  origin: string
  /** With `reached` the next request waits. */
  level: LimitSnapshot['level']
  /** Connections held by streams. */
  streaming: number
  at: number
}

/** Event names and their arguments, for `ledger.on(…)`. */
export interface LedgerEvents {
  /** `clientPort` is that from which the client connected. */
  'socket-opened': [SocketEvent & { clientPort: number | null }]
  /** It became a WebSocket or a tunnel. */
  'socket-changed': [SocketEvent & { to: 'web-socket' | 'tunnel' }]
  'socket-closed': [SocketEvent]
  'request-started': [RequestEvent]
  'request-finished': [RequestEvent]
  'stream-opened': [StreamSnapshot]
  'stream-event': [StreamEvent]
  'stream-closed': [StreamSnapshot]
  /** The level has changed: the next request waits, or no longer does. */
  limit: [LimitEvent]
}

/** Tells all who listen, in the order in which they came; what is told is put together only where somebody does. */
export type TellLedger = <Name extends keyof LedgerEvents>(name: Name, describe: () => LedgerEvents[Name][0]) => void
