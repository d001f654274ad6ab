/** A response on its way through a row of faults, which may change and delay it, and end it in ways that HTTP does not. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FaultedStream, ResponseHead, Sink } from '../faults/index.js'
import { sendHeaders } from './send-headers.js'
import { type ChunkWatcher, type TappedHead, watchSafely } from './stream-tap.js'

/** The target waits while the faults hold back more than this. */
const maxHeldBytes = 262_144

/** The end of the row: the client. `tap` sees what the client gets. */
export function clientSink(response: ServerResponse, tap: (head: TappedHead) => ChunkWatcher | undefined): Sink {
  let watchChunk: ChunkWatcher | undefined
  return {
    head({ status, headers }) {
      response.writeHead(status, headers.flat())
      sendHeaders(response)
      watchChunk = tap({
        status,
        contentType: headerOf(headers, 'content-type'),
        contentEncoding: headerOf(headers, 'content-encoding'),
      })
    },
    write(bytes) {
      response.write(bytes)
      watchChunk = watchSafely(watchChunk, bytes)
    },
    end: () => void response.end(),
    // Behind what was written; then the connection closes without the end of the body.
    cut: () => void response.write('', () => response.destroy()),
    reset() {
      const { socket } = response
      if (socket && 'resetAndDestroy' in socket) socket.resetAndDestroy()
      else response.destroy()
    },
  }
}

/** Sends a response through the row, at the pace of the slower of faults and client. */
export function relayThroughFaults(
  incoming: IncomingMessage,
  response: ServerResponse,
  row: FaultedStream,
  head: ResponseHead,
): void {
  const { sink } = row
  response.once('close', () => {
    row.close()
    incoming.destroy() // a fault may have ended the response well while the target goes on
  })
  // Faults change how much comes: chunks say where the end is.
  sink.head({ ...head, headers: head.headers.filter(([name]) => name.toLowerCase() !== 'content-length') })
  incoming.on('data', (chunk: Buffer) => {
    sink.write(chunk)
    if (response.writableNeedDrain || row.held > maxHeldBytes) incoming.pause()
  })
  response.on('drain', () => incoming.resume())
  incoming.on('end', () => sink.end())
  incoming.on('close', () => {
    if (!incoming.readableEnded) sink.cut()
  })
}

function headerOf(headers: ResponseHead['headers'], name: string): string | undefined {
  return headers.find(([other]) => other.toLowerCase() === name)?.[1]
}
