/** What the dashboard's server tells its page: plain data, with moments in milliseconds since the Unix epoch. */
import type { OriginSnapshot, StreamSnapshot } from '../../evidence/ledger.js'
import type { InjectionSnapshot } from '../inject/injection-snapshot.js'

/** One of the six places for connections that a browser has per origin, or one beyond them. */
export interface Slot {
  kind: 'stream' | 'busy' | 'idle' | 'free'
  /** The connection's number; 0 where the slot is free. */
  socket: number
  /** What it carries. */
  request: string | null
  /** The stream that it carries. */
  stream: number | null
  /** Since when it is what it is. */
  since: number
}

/** An origin, with its connections in slots: each keeps its slot while it is open. */
export interface OriginState extends Omit<OriginSnapshot, 'streams'> {
  slots: Slot[]
}

/** A fault that is on. */
export interface FaultState {
  number: number
  text: string
}

/** Everything but the events, at one moment. */
export interface DashboardState {
  at: number
  proxy: { url: string; target: string | null }
  origins: OriginState[]
  /** Open streams, and some that closed last, by number. */
  streams: StreamSnapshot[]
  /** Open streams that are left out. */
  streamsLeftOut: number
  faults: FaultState[]
  /** `null` where the proxy was started without. */
  injection: InjectionSnapshot | null
  /** Whether there is a HAR to be had. */
  hasHar: boolean
}

/** An event that has just passed. */
export interface PassedEvent {
  stream: number
  at: number
  type: string
  id: string | null
  /** Of long data the beginning. */
  data: string
  isCut: boolean
}

/** What passed within a tenth of a second. */
export interface EventBatch {
  events: PassedEvent[]
  /** How many events passed on each stream, those left out included. */
  counts: [stream: number, count: number, at: number][]
}

/** One fault that can be switched on. */
export interface FaultKind {
  name: string
  alias: string | null
  summary: string
  value: { description: string; fallback: string } | null
}

/** Why a change was refused. */
export interface Refusal {
  message: string
  hint: string | null
}
