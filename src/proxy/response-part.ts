/** What the proxy does with one response on its way: rewrites, faults, the ledger and the tap. */
import type { IncomingMessage } from 'node:http'
import type { RequestFaults, ResponseHead } from '../faults/index.js'
import type { Connections } from './connections.js'
import type { Exchanges } from './exchanges.js'
import { headerOf } from './header-of.js'
import type { Interceptors, Rewrite } from './interceptor.js'
import type { RelayOptions } from './relay-response.js'
import type { StreamCapture } from './stream-capture.js'
import { isEventStream, StreamTap } from './stream-tap.js'
import type { StreamWatchers } from './stream-watchers.js'

/** Who takes part in every response. */
export interface ResponseParts {
  capture: StreamCapture
  connections: Connections
  exchanges: Exchanges
  interceptors: Interceptors
  watchers: StreamWatchers
}

/** What takes part in passing on one response. */
export class ResponsePart implements RelayOptions {
  readonly faults: RequestFaults | undefined
  readonly #parts: ResponseParts
  readonly #request: IncomingMessage

  constructor(parts: ResponseParts, request: IncomingMessage, faults: RequestFaults | undefined) {
    this.faults = faults
    this.#parts = parts
    this.#request = request
  }

  tap(head: ResponseHead): StreamTap | undefined {
    const { capture, connections, exchanges, watchers } = this.#parts
    const entry = connections.entryOf(this.#request)
    const isTapped = entry && this.#request.method !== 'HEAD' && isEventStream(headerOf(head, 'content-type'))
    const stream = isTapped ? entry.openStream(head.status) : undefined
    exchanges.head(this.#request, head, stream?.number ?? null)
    return stream && new StreamTap(stream, head, { capture, watch: watchers.open })
  }

  rewrite(head: ResponseHead): Rewrite[] {
    return this.#parts.interceptors.rewrite(this.#request, head)
  }

  onServerEnd(isComplete: boolean): void {
    this.#parts.connections.entryOf(this.#request)?.serverEnds(isComplete)
  }
}
