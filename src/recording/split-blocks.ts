/** Cuts the bytes of a stream after each blank line. HTML standard, section 9.2.5. */

const lineFeed = 0x0a
const carriageReturn = 0x0d

/** Where each block ends, behind the blank line that ends it. */
export function* blockEnds(bytes: Uint8Array): Generator<number, void, undefined> {
  let lineStart = 0
  for (let index = 0; index < bytes.length; ) {
    const byte = bytes[index]
    if (byte !== lineFeed && byte !== carriageReturn) {
      index++
      continue
    }
    const isBlank = index === lineStart
    index += byte === carriageReturn && bytes[index + 1] === lineFeed ? 2 : 1
    lineStart = index
    if (isBlank) yield index
  }
}

/** The blocks, each with the blank line that ends it; what follows the last blank line comes as it is. */
export function splitBlocks(bytes: Uint8Array): Uint8Array[] {
  const blocks: Uint8Array[] = []
  let from = 0
  for (const end of blockEnds(bytes)) {
    blocks.push(bytes.subarray(from, end))
    from = end
  }
  if (from < bytes.length) blocks.push(bytes.subarray(from))
  return blocks
}
