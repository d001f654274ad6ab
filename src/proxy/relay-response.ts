/**
 * The response half of the proxy: headers at once, every chunk at once, and each end told when the other dies.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { withoutHopByHop } from './hop-by-hop.js'
import type { ChunkWatcher } from './stream-tap.js'

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
  response.flushHeaders() // a stream that is quiet at first opens at once

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
  incoming.on('end', () => response.end())
  incoming.on('error', () => {}) // 'close' follows
  incoming.on('close', () => {
    // A body that breaks off must break off for the client too: a clean end would pass half a body off as a whole one.
    if (!incoming.readableEnded) response.destroy()
  })
}
