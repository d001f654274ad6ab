/** A response on its way through a row of faults, which may change and delay it, and end it in ways that HTTP does not. */
import type { ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { FaultedStream, ResponseHead, Sink } from '../faults/index.js'
import { cut, needsDrain, reset, sendHead } from './respond.js'
import type { StreamTap } from './stream-tap.js'

/** The target waits while the faults hold back more than this. */
const maxHeldBytes = 262_144

/** Who takes part at the end of the row. */
interface Parts {
  /** What it returns sees what the client gets. */
  tap(head: ResponseHead): StreamTap | undefined
  /** The row has ended. */
  onServerEnd?(isComplete: boolean): void
}

/** The end of the row: the client. */
export function clientSink(response: ServerResponse, parts: Parts): Sink {
  let tapped: StreamTap | undefined
  return {
    head(head) {
      sendHead(response, head)
      tapped = parts.tap(head)
    },
    write(bytes) {
      response.write(bytes)
      tapped?.see(bytes)
    },
    end() {
      parts.onServerEnd?.(true)
      response.end()
    },
    cut() {
      parts.onServerEnd?.(false)
      cut(response)
    },
    reset() {
      parts.onServerEnd?.(false)
      reset(response)
    },
  }
}

/** Sends a response through the row, at the pace of the slower of faults and client. */
export function relayThroughFaults(
  body: Readable,
  response: ServerResponse,
  row: FaultedStream,
  head: ResponseHead,
): void {
  const { sink } = row
  response.once('close', () => {
    row.close()
    body.destroy() // a fault may have ended the response well while the target goes on
  })
  // Faults change how much comes: chunks say where the end is.
  sink.head({ ...head, headers: head.headers.filter(([name]) => name.toLowerCase() !== 'content-length') })
  body.on('data', (chunk: Buffer) => {
    sink.write(chunk)
    if (needsDrain(response) || row.held > maxHeldBytes) body.pause()
  })
  response.on('drain', () => body.resume())
  body.on('end', () => sink.end())
  body.on('close', () => {
    if (!body.readableEnded) sink.cut()
  })
}
