/** Counts the lines of a stream, and says whether a block stands open. HTML standard, section 9.2.5. */

/** How far a body has come. */
export interface BlockReader {
  feed(body: Uint8Array): void
  /** Bytes so far. */
  readonly bytes: number
  /** Lines that have ended, blank ones left out. */
  readonly lines: number
  /** Whether a line other than a comment waits for the blank line that ends its block. */
  readonly isOpen: boolean
  /** Whether a block has ended that says something, and has no data. An id or a reconnection time may stand alone. */
  readonly isDataless: boolean
}

const lineFeed = 0x0a
const carriageReturn = 0x0d

/** Enough of a line to know its field. */
const mostBeginning = 6

export function createBlockReader(): BlockReader {
  let [bytes, lines] = [0, 0]
  let beginning = ''
  let isAfterReturn = false
  let isDataless = false
  /** What the lines of this block are. */
  let block = { hasFields: false, hasData: false, hasOther: false }

  function endLine(): void {
    const line = beginning
    beginning = ''
    if (line === '') {
      isDataless ||= block.hasOther && !block.hasData
      block = { hasFields: false, hasData: false, hasOther: false }
      return
    }
    lines++
    if (line.startsWith(':')) return
    block.hasFields = true
    if (/^data(:|$)/.test(line)) block.hasData = true
    else if (!/^(id|retry)(:|$)/.test(line)) block.hasOther = true
  }

  return {
    feed(body) {
      bytes += body.length
      for (const byte of body) {
        const isSecondHalf = byte === lineFeed && isAfterReturn
        isAfterReturn = byte === carriageReturn
        if (isSecondHalf) continue
        if (byte === lineFeed || byte === carriageReturn) endLine()
        else if (beginning.length < mostBeginning) beginning += String.fromCharCode(byte)
      }
    },
    get bytes() {
      return bytes
    },
    get lines() {
      return lines
    },
    get isOpen() {
      return block.hasFields || (beginning !== '' && !beginning.startsWith(':'))
    },
    get isDataless() {
      return isDataless
    },
  }
}
