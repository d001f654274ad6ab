/** Cuts bytes that come in pieces at each line feed. */

export interface LineSplitter {
  /** The lines that have ended, without their ends; valid until the next piece. */
  feed(bytes: Uint8Array): Generator<Uint8Array, void, undefined>
  /** What no line feed has ended. */
  rest(): Uint8Array
}

const lineFeed = 0x0a

/** @param mostBytes a line that is longer comes as soon as that is known, and is then no whole line */
export function createLineSplitter(mostBytes: number): LineSplitter {
  let parts: Uint8Array[] = []
  let length = 0

  function keep(part: Uint8Array): void {
    parts.push(part)
    length += part.length
  }

  function whole(): Uint8Array {
    const [only] = parts
    const line = parts.length === 1 && only ? only : Buffer.concat(parts)
    parts = []
    length = 0
    return line
  }

  return {
    *feed(bytes) {
      let from = 0
      for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, from)) {
        keep(bytes.subarray(from, end))
        from = end + 1
        yield whole()
      }
      if (from < bytes.length) keep(bytes.subarray(from))
      if (length > mostBytes) yield whole()
    },
    rest: whole,
  }
}
