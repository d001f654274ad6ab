/** The events of a recording as the body of one stream. */
import type { Recording } from './recording.js'
import { splitBlocks } from './split-blocks.js'

/** The bytes of all connections that were streams. An event that broke off is left out, as readers leave it out. */
export function exportSse({ connections }: Recording): Uint8Array {
  const streams = connections.filter(({ status }) => status === 200)
  return Buffer.concat(
    streams.flatMap(({ chunks }) => {
      const blocks = splitBlocks(Buffer.concat(chunks.map(({ bytes }) => bytes)))
      return blocks.filter((block) => /(\r\n|\n|\r)$/.test(lastOf(block)) && isWhole(block))
    }),
  )
}

function lastOf(block: Uint8Array): string {
  return Buffer.from(block.subarray(-2)).toString('latin1')
}

/** Whether a blank line ends it. */
function isWhole(block: Uint8Array): boolean {
  return /(^|\r\n|\n|\r)(\r\n|\n|\r)$/.test(Buffer.from(block.subarray(-4)).toString('latin1'))
}
