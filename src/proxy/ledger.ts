/**
 * The ledger: who holds which connection to an origin, and what each carries. The proxy writes it through the entries
 * that `openSocket` hands out; everybody else reads `snapshot()`, `streams()` and the typed events.
 */
import { EventEmitter } from 'node:events'
import type { LedgerSnapshot, LedgerTotals, StreamSnapshot } from '../evidence/ledger.js'
import { epochNow } from './clock.js'
import type { RequestEntry, RequestStart, SocketEntry, StreamEntry } from './ledger-entries.js'
import type { LedgerEvents } from './ledger-events.js'
import { OriginState, type SocketState } from './origin-state.js'
import { Reconnects } from './reconnects.js'
import { StreamArchive } from './stream-archive.js'
import { type StreamEnding, StreamRecord } from './stream-record.js'

/** A client that names a new host with each request must not fill the memory. */
const keptOrigins = 1000

/**
 * Counts connections, requests and event streams. A listener that throws does not disturb what passes: its error
 * becomes a process warning.
 */
export class Ledger extends EventEmitter<LedgerEvents> {
  readonly #origins = new Map<string, OriginState>()
  readonly #openStreams = new Set<StreamRecord>()
  readonly #archive = new StreamArchive()
  readonly #reconnects = new Reconnects()
  readonly #startedAt = epochNow()
  #socketCount = 0
  #requestCount = 0
  #streamCount = 0

  /** The connections and open streams at this moment. */
  snapshot(): LedgerSnapshot {
    const at = epochNow()
    return { at, origins: [...this.#origins.values()].map((origin) => origin.snapshot(at)), totals: this.#totals() }
  }

  #totals(): LedgerTotals {
    const counts = { sockets: this.#socketCount, requests: this.#requestCount, streams: this.#streamCount }
    return { startedAt: this.#startedAt, ...counts, ...this.#archive.sumsWith(this.#open()) }
  }

  /** The open streams and the last 1000 that have closed, in the order in which they opened. */
  streams(): StreamSnapshot[] {
    return [...this.#archive.streams, ...this.#open()].sort((a, b) => a.number - b.number)
  }

  #open(): StreamSnapshot[] {
    return [...this.#openStreams].map((stream) => stream.snapshot())
  }

  /** Writes down that a request waits. Returns how to write that it no longer does. */
  wait(origin: string): () => void {
    const state = this.#originOf(origin)
    let isWaiting = true
    state.waiting++
    state.named = true
    return () => {
      if (isWaiting) state.waiting--
      isWaiting = false
    }
  }

  /** Writes down a new connection. It counts for `ownOrigin`, the listener's address, until a request names another. */
  openSocket(ownOrigin: string): SocketEntry {
    const number = ++this.#socketCount
    const origin = this.#originOf(ownOrigin)
    const state: SocketState = { origin, requests: 0, streams: 0, inUseSince: 0, isTunnel: false }
    origin.join(state)
    const requests = new Set<RequestEntry>()
    let what: 'counted' | 'web-socket' | 'closed' = 'counted'
    this.#tell('socket-opened', { socket: number, origin: ownOrigin, at: epochNow() })

    const leave = (at: number): void => {
      // First the socket, then its requests: whoever hears of the end of a request finds the connection gone.
      this.#leaveOrigin(state, at)
      for (const request of requests) request.finish()
    }
    return {
      number,
      startRequest: (start) => {
        if (what === 'counted') this.#moveTo(state, start.origin)
        const request = this.#startRequest(number, state, start, () => requests.delete(request))
        requests.add(request)
        return request
      },
      become: (to) => {
        if (what !== 'counted') return
        const at = epochNow()
        if (to === 'tunnel') state.isTunnel = true
        else {
          what = 'web-socket'
          state.origin.webSockets++
          leave(at)
        }
        this.#tell('socket-changed', { socket: number, origin: state.origin.name, to, at })
      },
      close: () => {
        if (what === 'closed') return
        const at = epochNow()
        if (what === 'counted') leave(at)
        else state.origin.webSockets--
        what = 'closed'
        this.#tell('socket-closed', { socket: number, origin: state.origin.name, at })
      },
    }
  }

  #startRequest(socket: number, state: SocketState, start: RequestStart, onFinish: () => void): RequestEntry {
    const { method, url, origin } = start
    const request = ++this.#requestCount
    const at = epochNow()
    state.origin.begin(state, at)
    this.#tell('request-started', { request, socket, origin, method, url, at })
    const endDemand = start.isMultiplexed ? state.origin.demand(start.client ?? '', at) : undefined
    let stream: StreamRecord | undefined
    let isOpen = true
    let ending: StreamEnding = { endedBy: 'client', isComplete: false }
    return {
      openStream: (status) => {
        stream = this.#openStream(socket, start, status)
        if (isOpen) {
          state.origin.openStream(state, stream)
          this.#openStreams.add(stream)
        }
        this.#tell('stream-opened', stream.snapshot())
        this.#tellLimit(state.origin, stream.openedAt)
        return this.#streamEntry(stream)
      },
      serverEnds: (isComplete) => {
        if (isOpen && ending.endedBy === 'client') ending = { endedBy: 'server', isComplete }
      },
      finish: () => {
        if (!isOpen) return
        isOpen = false
        const at = epochNow()
        state.origin.end(state)
        if (stream) {
          state.origin.closeStream(state, stream)
          this.#closeStream(stream, start, ending, at)
        }
        this.#tellLimit(state.origin, at)
        endDemand?.(at)
        onFinish()
        this.#tell('request-finished', { request, socket, origin, method, url, at })
      },
    }
  }

  #openStream(socket: number, start: RequestStart, status: number): StreamRecord {
    const { url, page, origin, lastEventId: resumedAt = null } = start
    const reconnects = this.#reconnects.opened(keyOf(start), resumedAt)
    const number = ++this.#streamCount
    return new StreamRecord({ number, url, page, status, openedAt: epochNow(), origin, socket, reconnects, resumedAt })
  }

  #streamEntry(stream: StreamRecord): StreamEntry {
    const isHeard = (): boolean => this.listenerCount('stream-event') > 0
    return {
      number: stream.number,
      get isHeard() {
        return isHeard()
      },
      snapshot: () => stream.snapshot(),
      chunk: (bytes) => {
        const at = epochNow()
        stream.chunk(bytes, at)
        return at
      },
      readBy: (read) => stream.readBy(read),
      event: (type, id, data, at) => {
        stream.events(1, id, at)
        if (isHeard()) this.#tell('stream-event', { stream: stream.number, id, type, data: data(), at })
      },
      events: (count, lastEventId, at) => stream.events(count, lastEventId, at),
      comment: (at) => stream.comment(at),
      retry: (ms) => stream.retry(ms),
    }
  }

  #closeStream(stream: StreamRecord, start: RequestStart, ending: StreamEnding, at: number): void {
    stream.close(ending, at)
    this.#openStreams.delete(stream)
    const snapshot = stream.snapshot()
    const { lastEventId, reconnects = 0 } = snapshot
    this.#reconnects.closed(keyOf(start), { reconnects, lastEventId, endedBy: ending.endedBy })
    this.#archive.add(snapshot)
    this.#tell('stream-closed', snapshot)
  }

  #originOf(name: string): OriginState {
    let origin = this.#origins.get(name)
    if (!origin) {
      if (this.#origins.size >= keptOrigins) this.#forgetAnOrigin()
      origin = new OriginState(name)
      this.#origins.set(name, origin)
    }
    return origin
  }

  #forgetAnOrigin(): void {
    for (const origin of this.#origins.values()) {
      if (!origin.isEmpty) continue
      this.#origins.delete(origin.name)
      return
    }
  }

  /** A connection belongs to the origin that its latest request named. */
  #moveTo(state: SocketState, name: string): void {
    if (state.origin.name !== name && state.requests === 0) {
      this.#leaveOrigin(state, epochNow())
      this.#originOf(name).join(state)
    }
    state.origin.named = true
  }

  #leaveOrigin(state: SocketState, at: number): void {
    const { origin } = state
    origin.leave(state, at)
    if (!origin.named && origin.isEmpty) this.#origins.delete(origin.name)
  }

  #tellLimit(origin: OriginState, at: number): void {
    const change = origin.limitChange(at)
    if (change) this.#tell('limit', { origin: origin.name, ...change, at })
  }

  #tell<Name extends keyof LedgerEvents>(name: Name, event: LedgerEvents[Name][0]): void {
    for (const listener of this.rawListeners(name)) {
      try {
        Reflect.apply(listener, this, [event])
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error))
      }
    }
  }
}

/** What stays the same when an EventSource comes back. */
function keyOf({ client, origin, page, url }: RequestStart): string {
  return JSON.stringify([client, origin, page, url])
}
