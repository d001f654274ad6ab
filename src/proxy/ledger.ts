/**
 * The ledger: who holds which connection to an origin, and what each carries. The proxy writes it through the entries
 * that `openSocket` hands out; everybody else reads `snapshot()`, `streams()` and the typed events.
 */
import { EventEmitter } from 'node:events'
import type { LedgerSnapshot, OriginSnapshot, StreamSnapshot } from '../evidence/ledger.js'
import { epochNow } from './clock.js'
import { InUsePeak } from './in-use-peak.js'
import type { LedgerEvents } from './ledger-events.js'
import { StreamRecord } from './stream-record.js'

/** What is remembered of the past; a client that names a new host with each request must not fill the memory. */
const keptClosedStreams = 1000
const keptOrigins = 1000

/** A client's connection, as the proxy writes it down. */
export interface SocketEntry {
  readonly number: number
  startRequest(request: RequestStart): RequestEntry
  /** The connection became something else, such as a WebSocket, which browsers do not count towards the limit. */
  leave(): void
  close(): void
}

/** What is known of a request when its headers have arrived. */
export interface RequestStart {
  /** Scheme and Host header. */
  origin: string
  method: string
  url: string
  /** The `Referer`. */
  page: string | null
}

/** A request, as the proxy writes it down. */
export interface RequestEntry {
  /** The response is an event stream. */
  openStream(status: number): StreamEntry
  /** The answer was handed on in full, or broke off. */
  finish(): void
}

/** An event stream, as the tap writes it down. */
export interface StreamEntry {
  chunk(bytes: number): void
  event(type: string, id: string | null): void
  comment(): void
  retry(ms: number): void
}

interface SocketState {
  origin: OriginState
  requests: number
  streams: number
  inUseSince: number
}

interface OriginState {
  name: string
  sockets: Set<SocketState>
  streams: Set<StreamRecord>
  inUse: number
  peak: InUsePeak
  /** Whether any request named it; the listener's own address is dropped again if none does. */
  named: boolean
}

/**
 * Counts connections, requests and event streams. A listener that throws does not disturb what passes: its error
 * becomes a process warning.
 */
export class Ledger extends EventEmitter<LedgerEvents> {
  readonly #origins = new Map<string, OriginState>()
  readonly #openStreams = new Set<StreamRecord>()
  readonly #closedStreams: StreamSnapshot[] = []
  #socketCount = 0
  #streamCount = 0

  /** The connections and open streams at this moment. */
  snapshot(): LedgerSnapshot {
    const at = epochNow()
    return { at, origins: [...this.#origins.values()].map((origin) => snapshotOf(origin, at)) }
  }

  /** The open streams and the last 1000 that have closed, in the order in which they opened. */
  streams(): StreamSnapshot[] {
    return [...this.#closedStreams, ...[...this.#openStreams].map((stream) => stream.snapshot())].sort(
      (a, b) => a.number - b.number,
    )
  }

  /** Writes down a new connection. It counts for `ownOrigin`, the listener's address, until a request names another. */
  openSocket(ownOrigin: string): SocketEntry {
    const number = ++this.#socketCount
    const state: SocketState = { origin: this.#originOf(ownOrigin), requests: 0, streams: 0, inUseSince: 0 }
    const requests = new Set<RequestEntry>()
    let isOpen = true
    state.origin.sockets.add(state)
    this.#tell('socket-opened', { socket: number, origin: ownOrigin, at: epochNow() })

    const leave = (): void => {
      if (!isOpen) return
      isOpen = false
      const at = epochNow()
      // First the socket, then its requests: whoever hears of the end of a request finds the connection gone.
      this.#leaveOrigin(state, at)
      for (const request of requests) request.finish()
      this.#tell('socket-closed', { socket: number, origin: state.origin.name, at })
    }
    return {
      number,
      startRequest: (start) => {
        if (isOpen) this.#moveTo(state, start.origin)
        const request = this.#startRequest(number, state, start, () => requests.delete(request))
        requests.add(request)
        return request
      },
      leave,
      close: leave,
    }
  }

  #startRequest(socket: number, state: SocketState, start: RequestStart, onFinish: () => void): RequestEntry {
    const { method, url } = start
    const at = epochNow()
    if (state.requests++ === 0) {
      state.inUseSince = at
      state.origin.peak.rise(++state.origin.inUse, at)
    }
    this.#tell('request-started', { socket, method, url, at })
    let stream: StreamRecord | undefined
    let isOpen = true
    return {
      openStream: (status) => {
        const { page } = start
        stream = new StreamRecord({ number: ++this.#streamCount, url, page, status, openedAt: epochNow() })
        if (isOpen) {
          state.streams++
          state.origin.streams.add(stream)
          this.#openStreams.add(stream)
        }
        this.#tell('stream-opened', stream.snapshot())
        return this.#streamEntry(stream)
      },
      finish: () => {
        if (!isOpen) return
        isOpen = false
        const at = epochNow()
        if (--state.requests === 0 && state.origin.sockets.has(state)) state.origin.inUse--
        if (stream) {
          state.streams--
          this.#closeStream(stream, state.origin, at)
        }
        onFinish()
        this.#tell('request-finished', { socket, method, url, at })
      },
    }
  }

  #streamEntry(stream: StreamRecord): StreamEntry {
    return {
      chunk: (bytes) => stream.chunk(bytes, epochNow()),
      event: (type, id) => {
        const at = epochNow()
        stream.event(id, at)
        if (this.listenerCount('stream-event') > 0) this.#tell('stream-event', { stream: stream.number, id, type, at })
      },
      comment: () => stream.comment(epochNow()),
      retry: (ms) => stream.retry(ms),
    }
  }

  #closeStream(stream: StreamRecord, origin: OriginState, at: number): void {
    stream.close(at)
    origin.streams.delete(stream)
    this.#openStreams.delete(stream)
    const snapshot = stream.snapshot()
    this.#closedStreams.push(snapshot)
    if (this.#closedStreams.length > keptClosedStreams) this.#closedStreams.shift()
    this.#tell('stream-closed', snapshot)
  }

  #originOf(name: string): OriginState {
    let origin = this.#origins.get(name)
    if (!origin) {
      if (this.#origins.size >= keptOrigins) this.#forgetAnOrigin()
      origin = { name, sockets: new Set(), streams: new Set(), inUse: 0, peak: new InUsePeak(), named: false }
      this.#origins.set(name, origin)
    }
    return origin
  }

  #forgetAnOrigin(): void {
    for (const origin of this.#origins.values()) {
      if (origin.sockets.size > 0) continue
      this.#origins.delete(origin.name)
      return
    }
  }

  /** A connection belongs to the origin that its latest request named. */
  #moveTo(state: SocketState, name: string): void {
    if (state.origin.name !== name && state.requests === 0) {
      this.#leaveOrigin(state, epochNow())
      state.origin = this.#originOf(name)
      state.origin.sockets.add(state)
    }
    state.origin.named = true
  }

  #leaveOrigin(state: SocketState, at: number): void {
    const { origin } = state
    origin.sockets.delete(state)
    if (state.requests > 0) {
      origin.inUse--
      origin.peak.socketClosed(state.inUseSince, at)
    }
    if (!origin.named && origin.sockets.size === 0) this.#origins.delete(origin.name)
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

function snapshotOf(origin: OriginState, at: number): OriginSnapshot {
  let streaming = 0
  let busy = 0
  for (const socket of origin.sockets) {
    if (socket.streams > 0) streaming++
    else if (socket.requests > 0) busy++
  }
  const sockets = origin.sockets.size
  return {
    origin: origin.name,
    sockets,
    streaming,
    busy,
    idle: sockets - streaming - busy,
    mostInUse: origin.peak.read(at),
    streams: [...origin.streams].map((stream) => stream.snapshot()),
  }
}
