/**
 * The response half of the proxy: headers at once, every chunk at once, trailers at the end, and each end told when the
 * other dies.
 */
import type { IncomingMessage, OutgoingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { rawPairs, withoutHopByHop } from './hop-by-hop.js'
import type { ChunkWatcher } from './stream-tap.js'

const nothing = Buffer.alloc(0)

/**
 * Sends the target's response on to the client.
 *
 * @throws when Node refuses to write a header that the target sent.
 */
export function relayResponse(
  incoming: IncomingMessage,
  response: ServerResponse,
  watchChunk: ChunkWatcher | undefined,
): void {
  response.writeHead(
    incoming.statusCode ?? 502,
    incoming.statusMessage,
    withoutHopByHop(incoming.rawHeaders, incoming.headers.connection),
  )
  sendHeaders(response) // a stream that is quiet at first opens at once

  let watcher = watchChunk
  incoming.on('data', (chunk: Buffer) => {
    if (!response.write(chunk)) incoming.pause()
    try {
      watcher?.(chunk)
    } catch (error) {
      watcher = undefined
      process.emitWarning(error instanceof Error ? error : String(error))
    }
  })
  response.on('drain', () => incoming.resume())
  incoming.on('end', () => {
    if (incoming.rawTrailers.length > 0) response.addTrailers(rawPairs(incoming.rawTrailers))
    response.end()
  })
  incoming.on('error', () => {}) // 'close' follows
  incoming.on('close', () => {
    if (!incoming.readableEnded) breakOff(response, incoming.headers['content-length'] !== undefined)
  })
}

/** Sends the headers now. Node's `flushHeaders` would write bytes beyond ASCII as UTF-8 once more. */
export function sendHeaders(message: OutgoingMessage): void {
  message.write(nothing)
}

/** Ends a response so that the client cannot take it for whole. */
function breakOff(response: ServerResponse, hasLength: boolean): void {
  const isDelimited = response.chunkedEncoding || hasLength
  const socket: Socket | null = response.socket
  // Where the end of the connection is the end of the body, only a reset tells a broken body from a whole one.
  if (!isDelimited && socket && 'resetAndDestroy' in socket && !response.writableFinished) socket.resetAndDestroy()
  else response.destroy()
}
