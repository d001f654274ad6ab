/**
 * Sessions over Node's `http`, `https` and `http2` (compatibility API) responses.
 *
 * Over HTTP/1.1 a batch goes to the socket as one ready-made chunk, shared by all connections: the same bytes that
 * `response.write` would send, without making four small writes of them for each connection. Where something stands
 * between the response and the socket (compression and the like replace `write`), `response.write` is used.
 */
import { type IncomingMessage, OutgoingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Socket } from 'node:net'
import type { Batch } from './batch.js'
import type { Outlet, OutletListener } from './outlet.js'

/** A request of Node's `http` or `http2`. */
export type NodeRequest = IncomingMessage | Http2ServerRequest
/** A response of Node's `http` or `http2`. */
export type NodeResponse = ServerResponse | Http2ServerResponse

/** The outlet of one request and its response. */
export function createNodeOutlet(
  request: NodeRequest,
  response: NodeResponse,
  statusCode: number,
  headers: Record<string, string | readonly string[]>,
): Outlet {
  /** The socket to write chunks to, once it is certain that nothing stands between. */
  let socket: Socket | undefined
  let onSocketDrain = (): void => {}

  function open(preamble: Batch | undefined, listener: OutletListener): void {
    // The response, not the request, tells that the client has left: a request closes once its body has been read.
    response.once('close', listener.onClose)
    response.on('drain', listener.onDrain)
    response.setTimeout(0) // a server-wide idle time-out is not for streams
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    response.statusCode = statusCode
    onSocketDrain = listener.onDrain
    if (request.method === 'HEAD') response.end()
    else if (preamble) writeTo(response, preamble.bytes)
    else if (response instanceof ServerResponse) response.flushHeaders()
    else response.writeHead(statusCode)
  }

  function write(batch: Batch): boolean {
    if (response.writableEnded) return true
    if (socket === undefined || response.socket !== socket) {
      socket = directSocket(response)
      if (socket === undefined) return writeTo(response, batch.bytes)
    }
    const isFree = socket.write(batch.chunk)
    if (!isFree) socket.once('drain', onSocketDrain)
    return isFree
  }

  return {
    get isOpen() {
      return !isGone(response)
    },
    open,
    write,
    end() {
      response.end()
    },
    destroy() {
      response.destroy()
    },
  }
}

function writeTo(response: NodeResponse, bytes: Uint8Array): boolean {
  return response instanceof OutgoingMessage ? response.write(bytes) : response.write(bytes)
}

function isGone(response: NodeResponse): boolean {
  if (response.writableEnded || response.destroyed) return true
  return response instanceof ServerResponse ? false : (response.stream?.destroyed ?? true)
}

/** The socket that chunks may be written to, or `undefined` when `response.write` has to be asked. */
function directSocket(response: NodeResponse): Socket | undefined {
  if (!(response instanceof ServerResponse) || !response.chunkedEncoding) return undefined
  if (response.write !== ServerResponse.prototype.write) return undefined
  // A pipelined response has no socket before its turn; Node has sent all it held by the time it gives it one.
  return response.socket ?? undefined
}
