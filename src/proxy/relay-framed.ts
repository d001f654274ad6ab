/** Sends the chunks of a body on as they came, framing and all: from connection to connection, one write for each read. */
import type { ServerResponse } from 'node:http'
import { ChunkScanner } from './chunk-scanner.js'
import type { ParserBypass } from './parser-bypass.js'
import type { StreamTap } from './stream-tap.js'

const nothing = Buffer.alloc(0)

/**
 * Begins, if the body can go this way: the response's head has been written, with chunks announced. False where it cannot.
 * From the place on where it no longer can, the body comes out of the parser; `onRest` is called before it does.
 */
export function relayFramed(
  bypass: ParserBypass,
  response: ServerResponse,
  tap: StreamTap | undefined,
  onRest: () => void,
): boolean {
  const client = response.socket
  if (!client || !response.chunkedEncoding) return false
  const scanner = new ChunkScanner()
  let held = nothing

  return bypass.take((arrived) => {
    const bytes = held.length === 0 ? arrived : Buffer.concat([held, arrived])
    const { left } = scanner
    const end = scanner.scan(bytes)
    const { behind, bodyBytes } = scanner
    if (end > 0 && !client.destroyed) {
      const sent = end === bytes.length ? bytes : bytes.subarray(0, end)
      const isTaken = client.write(sent)
      // A write that the kernel took at once has left nothing, whatever it returned.
      if (!isTaken && behind === 'more' && client.writableLength > 0) bypass.waitFor(client)
      tap?.see(sent, { left, bodyBytes })
    }
    if (behind === 'broken') bypass.cut()
    else if (behind === 'other') {
      onRest()
      bypass.giveBack(bytes.subarray(end))
    } else held = end === bytes.length ? nothing : Buffer.from(bytes.subarray(end))
  })
}
