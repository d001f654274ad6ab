/** What the ledger knows of one origin: the connections to it and what they carry. */
import type { OriginSnapshot } from '../evidence/ledger.js'
import { InUsePeak } from './in-use-peak.js'
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

  snapshot(at: number): OriginSnapshot {
    let streaming = 0
    let busy = 0
    let tunnels = 0
    for (const socket of this.#sockets) {
      if (socket.streams > 0) streaming++
      else if (socket.requests > 0) busy++
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
      streams: [...this.streams].map((stream) => stream.snapshot()),
    }
  }
}
