/**
 * Finds where the blocks of an event stream end, byte by byte and without holding any back. A block ends with a blank
 * line; one with a data field is an event. HTML standard, section 9.2.6.
 */

const lineFeed = 0x0a
const carriageReturn = 0x0d
const colon = 0x3a
const dataField = [0x64, 0x61, 0x74, 0x61]
const byteOrderMark = [0xef, 0xbb, 0xbf]

/** The end of a block within a chunk. */
export interface BlockEnd {
  /** The offset just behind the block. */
  offset: number
  isEvent: boolean
}

/** An incremental scanner of one stream. */
export interface BlockScanner {
  feed(chunk: Uint8Array): BlockEnd[]
}

/** Makes a scanner. The LF of a CRLF that is split between chunks is counted to the block that it ends. */
export function createBlockScanner(): BlockScanner {
  let lineLength = 0
  let isDataSoFar = true
  let hasData = false
  let afterCarriageReturn = false
  /** Bytes of a byte order mark that have come; it is no part of the first line. */
  let marks = 0

  return {
    feed(chunk) {
      const ends: BlockEnd[] = []
      for (let offset = 0; offset < chunk.length; offset++) {
        const byte = chunk[offset]
        if (byte === byteOrderMark[marks]) {
          marks++
          continue
        }
        marks = byteOrderMark.length
        if (byte === lineFeed && afterCarriageReturn) {
          afterCarriageReturn = false
          const last = ends.at(-1)
          if (last?.offset === offset) last.offset = offset + 1
          continue
        }
        afterCarriageReturn = byte === carriageReturn
        if (byte === lineFeed || byte === carriageReturn) {
          if (lineLength === 0) {
            ends.push({ offset: offset + 1, isEvent: hasData })
            hasData = false
          } else if (isDataSoFar && lineLength === dataField.length) hasData = true
          lineLength = 0
          isDataSoFar = true
        } else {
          if (lineLength === dataField.length && isDataSoFar && byte === colon) hasData = true
          if (lineLength >= dataField.length || byte !== dataField[lineLength]) isDataSoFar = false
          lineLength++
        }
      }
      return ends
    },
  }
}
