/** The events of a recording as the body of one stream. */
import type { Recording } from './recording.js'
import { splitBlocks } from './split-blocks.js'

/** The bytes of all connections that were streams. An event that broke off is left out, as readers leave it out. */
export function exportSse({ connections }: Recording): Uint8Array {
  const streams = connections.filter(({ status }) => status === 200)
  return Buffer.concat(
    streams.flatMap(({ chunks }, index) => {
      const body = Buffer.concat(chunks.map(({ bytes }) => bytes))
      // In the middle of a body a byte order mark would make the first field an unknown one.
      const isMarked = index > 0 && body.subarray(0, byteOrderMark.length).equals(byteOrderMark)
      return splitBlocks(isMarked ? body.subarray(byteOrderMark.length) : body).filter(isWhole)
    }),
  )
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])

/** Whether a blank line ends it; CRLF is one end of line and not two. */
function isWhole(block: Uint8Array): boolean {
  return /(^|\r\n|\n|\r(?!\n))(\r\n|\n|\r)$/.test(Buffer.from(block.subarray(-4)).toString('latin1'))
}
