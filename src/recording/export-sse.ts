/** The events of a recording as the body of one stream. */
import type { Recording } from './recording.js'
import { blockEnds } from './split-blocks.js'

/**
 * The bytes of all connections that were streams, one after the other. An event that broke off is left out, as readers
 * leave it out.
 */
export function* exportSse({ connections }: Recording): Generator<Uint8Array, void, undefined> {
  for (const { status, chunks } of connections) {
    if (status !== 200) continue
    const bytes = Buffer.concat(chunks.map((chunk) => chunk.bytes))
    let whole = 0
    for (const end of blockEnds(bytes)) whole = end
    if (whole > 0) yield bytes.subarray(0, whole)
  }
}
