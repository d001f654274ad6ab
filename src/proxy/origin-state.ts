/** What the ledger knows of one origin: the connections to it and what they carry. */
import type { OriginSnapshot } from '../evidence/ledger.js'
import { Demand } from './demand.js'
import { InUsePeak } from './in-use-peak.js'
import { type LimitChange, LimitWatch } from './limit-watch.js'
import type { StreamRecord } from './stream-record.js'

/** A connection. */
export interface SocketState {
  origin: OriginState
  requests: number
  streams: number
  inUseSince: number
  isTunnel: boolean
}

/** One origin's connections, counted as they come and go. */
export class OriginState {
  readonly name: string
  readonly streams: Set<StreamRecord> = new Set()
  /** Whether any request named it; the listener's own address is dropped again if none does. */
  named = false
  webSockets = 0
  waiting = 0
  readonly #sockets = new Set<SocketState>()
  readonly #peak = new InUsePeak()
  #inUse = 0
  /** Connections that carry a stream. */
  #streaming = 0
  #demand: Demand | undefined
  readonly #limit = new LimitWatch()

  constructor(name: string) {
    this.name = name
  }

  /** Whether there is nothing to forget with it. */
  get isEmpty(): boolean {
    return this.#sockets.size + this.webSockets + this.waiting === 0
  }

  join(socket: SocketState): void {
    this.#sockets.add(socket)
    socket.origin = this
  }

  leave(socket: SocketState, at: number): void {
    this.#sockets.delete(socket)
    if (socket.streams > 0) this.#streaming--
    if (socket.requests === 0) return
    this.#inUse--
    this.#peak.socketClosed(socket.inUseSince, at)
  }

  /** A request begins on a connection. */
  begin(socket: SocketState, at: number): void {
    if (socket.requests++ > 0) return
    socket.inUseSince = at
    this.#peak.rise(++this.#inUse, at)
  }

  /** A request on a connection is over. */
  end(socket: SocketState): void {
    if (--socket.requests === 0 && this.#sockets.has(socket)) this.#inUse--
  }

  /** A request comes over a connection that others share. Returns how to say that it has ended. */
  demand(client: string, at: number): (at: number) => void {
    this.#demand ??= new Demand()
    return this.#demand.begin(client, at)
  }

  /** A stream opens on a connection. */
  openStream(socket: SocketState, stream: StreamRecord): void {
    this.streams.add(stream)
    if (socket.streams++ === 0 && this.#sockets.has(socket)) this.#streaming++
  }

  closeStream(socket: SocketState, stream: StreamRecord): void {
    this.streams.delete(stream)
    if (--socket.streams === 0 && this.#sockets.has(socket)) this.#streaming--
  }

  /** How near the streams have come to the limit, where that has changed since the last time that it was asked. */
  limitChange(at: number): LimitChange | undefined {
    return this.#limit.update(this.#streaming, at)
  }

  snapshot(at: number): OriginSnapshot {
    const streaming = this.#streaming
    let busy = 0
    let tunnels = 0
    for (const socket of this.#sockets) {
      if (socket.streams === 0 && socket.requests > 0) busy++
      if (socket.isTunnel) tunnels++
    }
    const sockets = this.#sockets.size
    return {
      origin: this.name,
      sockets,
      streaming,
      busy,
      idle: sockets - streaming - busy,
      mostInUse: this.#peak.read(at),
      tunnels,
      webSockets: this.webSockets,
      waiting: this.waiting,
      limit: this.#limit.snapshot(at),
      ...(this.#demand ? { demand: this.#demand.snapshot(at) } : {}),
      streams: [...this.streams].map((stream) => stream.snapshot()),
    }
  }
}
