/**
 * Sessions over Node's `http`, `https` and `http2` (compatibility API) responses.
 *
 * Over HTTP/1.1 a batch goes to the socket as one ready-made chunk, shared by all connections: the same bytes that
 * `response.write` would send, without making four small writes of them for each connection. Where something stands
 * between the response and the socket (compression and the like replace `write`), `response.write` is used, and `flush` where
 * there is one: a compressor holds back until it is asked.
 */
import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Socket } from 'node:net'
import type { Batch } from './batch.js'
import type { Outlet, OutletListener } from './outlet.js'
import type { SentHeaders } from './stream-head.js'
import { warnOnce } from './warn.js'

/** A request of Node's `http` or `http2`. */
export type NodeRequest = IncomingMessage | Http2ServerRequest
/** A response of Node's `http` or `http2`. */
export type NodeResponse = ServerResponse | Http2ServerResponse

const howToKeep =
  'Have your framework leave the answer alone: Koa by context.respond = false, Fastify by reply.hijack()'

/** The outlet of one request and its response. A class, and lean, as there are thousands of them. */
export class NodeOutlet implements Outlet {
  readonly #response: NodeResponse
  readonly #statusCode: number
  readonly #headers: SentHeaders
  /** Whether the response is to end: at once for HEAD, or later by `end()`. */
  #ends: boolean
  #listener: OutletListener | undefined
  /** The socket to write chunks to, once it is certain that nothing stands between. */
  #socket: Socket | undefined

  constructor(request: NodeRequest, response: NodeResponse, statusCode: number, headers: SentHeaders) {
    this.#response = response
    this.#statusCode = statusCode
    this.#headers = headers
    this.#ends = request.method === 'HEAD'
  }

  get isOpen(): boolean {
    const response = this.#response
    if (response.writableEnded || response.destroyed) return false
    return response instanceof ServerResponse || !(response.stream?.destroyed ?? true)
  }

  open(preamble: Batch | undefined, listener: OutletListener): void {
    const response = this.#response
    this.#listener = listener
    // The response, not the request, tells that the client has left: a request closes once its body has been read.
    response.on('close', () => this.#onClose())
    writeHead(response, this.#statusCode, this.#headers)
    const socket = directSocket(response)
    // A server-wide idle time-out is not for streams.
    if (!socket || socket.timeout) response.setTimeout(0)
    if (this.#ends) response.end()
    else if (socket) this.#sendHead(socket, preamble)
    else if (preamble) write(response, preamble.text)
    else if (response instanceof ServerResponse) response.flushHeaders()
  }

  write(batch: Batch): boolean {
    const response = this.#response
    if (response.writableEnded) return true
    let socket = this.#socket
    if (socket === undefined || response.socket !== socket) {
      socket = directSocket(response)
      this.#socket = socket
      if (socket === undefined) {
        const isFree = write(response, batch.bytes)
        if (!isFree) response.once('drain', () => this.#listener?.onDrain())
        return isFree
      }
    }
    const isFree = socket.write(batch.chunk)
    if (!isFree) socket.once('drain', () => this.#listener?.onDrain())
    return isFree
  }

  prefetch(): number {
    return this.#response.writableEnded ? 0 : (this.#socket?.writableLength ?? 0)
  }

  end(): void {
    this.#ends = true
    this.#response.end()
  }

  destroy(): void {
    this.#response.destroy()
  }

  #onClose(): void {
    // Its client would come again and again, and nobody know why.
    if (this.#response.writableEnded && !this.#ends)
      warnOnce('A stream was ended', 'somebody else called end() of its response', howToKeep)
    this.#listener?.onClose()
  }

  /** The head and the preamble in one write to the network. */
  #sendHead(socket: Socket, preamble: Batch | undefined): void {
    this.#socket = socket
    socket.cork()
    ;(this.#response as ServerResponse).flushHeaders()
    if (preamble) socket.write(preamble.chunk)
    socket.uncork()
  }
}

// The two kinds of response take the same arguments, but their types do not say so of both at once.

function writeHead(response: NodeResponse, statusCode: number, headers: SentHeaders): void {
  // Given with the status line, headers need not be kept with each response for as long as it lives.
  if (response instanceof ServerResponse) response.writeHead(statusCode, headers as Record<string, string | string[]>)
  else response.writeHead(statusCode, headers as Record<string, string | string[]>)
}

function write(response: NodeResponse, data: string | Uint8Array): boolean {
  const isFree = response instanceof ServerResponse ? response.write(data) : response.write(data)
  if ('flush' in response && typeof response.flush === 'function') response.flush()
  return isFree
}

/** The socket that chunks may be written to, or `undefined` when `response.write` has to be asked. */
function directSocket(response: NodeResponse): Socket | undefined {
  if (!(response instanceof ServerResponse) || !response.chunkedEncoding) return undefined
  if (response.write !== ServerResponse.prototype.write) return undefined
  // A pipelined response has no socket before its turn; Node has sent all it held by the time it gives it one.
  return response.socket ?? undefined
}
