/**
 * The response half of the proxy: headers at once, every chunk at once, trailers at the end, and each end told when the
 * other dies.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { RequestFaults } from '../faults/index.js'
import { rawPairs, withoutHopByHop } from './hop-by-hop.js'
import { clientSink, relayThroughFaults } from './relay-faulted.js'
import { sendHeaders } from './send-headers.js'
import { type ChunkWatcher, isEventStream, type TappedHead, watchSafely } from './stream-tap.js'

/** What takes part in a response. */
export interface RelayOptions {
  /** Called with the head as it is sent to the client; what it returns sees each chunk that is. */
  tap(head: TappedHead): ChunkWatcher | undefined
  /** The faults that are on for this request. */
  faults?: RequestFaults | undefined
}

/**
 * Sends the target's response on to the client.
 *
 * @throws when Node refuses to write a header that the target sent.
 */
export function relayResponse(incoming: IncomingMessage, response: ServerResponse, options: RelayOptions): void {
  incoming.on('error', () => {}) // 'close' follows
  const { headers } = incoming
  const status = incoming.statusCode ?? 502
  const rawHeaders = withoutHopByHop(incoming.rawHeaders, headers.connection)
  const row =
    response.req.method === 'HEAD'
      ? undefined
      : options.faults?.stream(clientSink(response, options.tap), isEventStream(headers['content-type']), () =>
          incoming.resume(),
        )
  if (row) {
    relayThroughFaults(incoming, response, row, { status, headers: rawPairs(rawHeaders) })
    return
  }

  response.writeHead(status, incoming.statusMessage, rawHeaders)
  sendHeaders(response) // a stream that is quiet at first opens at once
  let watchChunk = options.tap({
    status,
    contentType: headers['content-type'],
    contentEncoding: headers['content-encoding'],
  })
  incoming.on('data', (chunk: Buffer) => {
    if (!response.write(chunk)) incoming.pause()
    watchChunk = watchSafely(watchChunk, chunk)
  })
  response.on('drain', () => incoming.resume())
  incoming.on('end', () => {
    if (incoming.rawTrailers.length > 0) response.addTrailers(rawPairs(incoming.rawTrailers))
    response.end()
  })
  incoming.on('close', () => {
    if (!incoming.readableEnded) breakOff(response, headers['content-length'] !== undefined)
  })
}

/** Ends a response so that the client cannot take it for whole. */
function breakOff(response: ServerResponse, hasLength: boolean): void {
  const isDelimited = response.chunkedEncoding || hasLength
  const socket: Socket | null = response.socket
  // Where the end of the connection is the end of the body, only a reset tells a broken body from a whole one.
  if (!isDelimited && socket && 'resetAndDestroy' in socket && !response.writableFinished) socket.resetAndDestroy()
  else response.destroy()
}
