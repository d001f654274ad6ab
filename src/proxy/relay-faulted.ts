/** A response on its way through a row of faults, which may change and delay it, and end it in ways that HTTP does not. */
import type { ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { FaultedStream, ResponseHead, Sink } from '../faults/index.js'
import { cut, needsDrain, reset, sendHead } from './respond.js'
import { type StreamTap, watchSafely } from './stream-tap.js'

/** The target waits while the faults hold back more than this. */
const maxHeldBytes = 262_144

/** The end of the row: the client. `tap` sees what the client gets, `onServerEnd` hears that the row has ended. */
export function clientSink(
  response: ServerResponse,
  { tap, onServerEnd }: { tap(head: ResponseHead): StreamTap | undefined; onServerEnd?(isComplete: boolean): void },
): Sink {
  let watch: StreamTap['see'] = () => {}
  return {
    head(head) {
      sendHead(response, head)
      watch = watchSafely(tap(head))
    },
    write(bytes) {
      response.write(bytes)
      watch(bytes)
    },
    end() {
      onServerEnd?.(true)
      response.end()
    },
    cut() {
      onServerEnd?.(false)
      cut(response)
    },
    reset() {
      onServerEnd?.(false)
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
