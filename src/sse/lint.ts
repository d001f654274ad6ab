/**
 * Reads the raw bytes of an event stream as a critic: what a browser ignores, drops or misreads.
 * HTML standard, section 9.2.5 “Parsing an event stream”. Keeps one line and one block's worth of flags in memory.
 */
import { createBlockLinter } from './lint-block.js'
import type { LintProblem } from './lint-problem.js'

export type { LintKind, LintProblem } from './lint-problem.js'

/** A reader of one connection's bytes. */
export interface Linter {
  feed(chunk: Uint8Array): void
  /** Call when the stream has ended by itself. */
  end(): void
  /** Bytes of the largest block so far, its field names included. */
  readonly largestBlock: number
  /** Whether the bytes so far stop inside a block. */
  readonly insideBlock: boolean
  /** Blocks of comments alone, of whatever number of lines. */
  readonly commentBlocks: number
}

const lf = 0x0a
const cr = 0x0d

/** Bytes kept of one line: enough for the name of a field, and for `retry` and an id. */
const mostOfLine = 1024

/** Reads one connection's bytes. `report` hears of each problem, in stream order. */
export function createLinter(report: (problem: LintProblem) => void): Linter {
  const block = createBlockLinter(report)
  const line = new Uint8Array(mostOfLine)
  let position = 0
  let lineStart = 0
  let lineLength = 0
  let blockStart = 0
  let largestBlock = 0
  let afterCr = false
  let hasLoneCr = false
  const checkUtf8 = createUtf8Check(() => report({ kind: 'invalid-utf8', atByte: lineStart, field: null }))

  function endLine(): void {
    const length = lineLength
    lineLength = 0
    if (length === 0) {
      largestBlock = Math.max(largestBlock, position - blockStart)
      block.end(blockStart)
      blockStart = position
      return
    }
    const beginning = line.subarray(0, Math.min(length, mostOfLine))
    // A byte order mark at the very start is no part of the first line.
    const before = lineStart === 0 && startsWithBom(beginning) ? 3 : 0
    if (length > before) block.readLine(beginning.subarray(before), length - before, lineStart)
  }

  /** The byte behind a CR: an LF belongs to the same end of line, and is all there is to it. */
  function isSecondOfPair(byte: number): boolean {
    afterCr = false
    if (byte !== lf) {
      if (!hasLoneCr) report({ kind: 'lone-cr', atByte: position - 1, field: null })
      hasLoneCr = true
      return false
    }
    position++
    lineStart = position
    if (lineLength === 0 && blockStart === position - 1) blockStart = position
    return true
  }

  function read(byte: number): void {
    if (afterCr && isSecondOfPair(byte)) return
    position++
    if (byte === lf || byte === cr) {
      endLine()
      lineStart = position
      afterCr = byte === cr
    } else {
      if (lineLength < mostOfLine) line[lineLength] = byte
      lineLength++
    }
  }

  return {
    feed(chunk) {
      checkUtf8(chunk)
      for (const byte of chunk) read(byte)
      largestBlock = Math.max(largestBlock, position - blockStart)
      if (endsEscaped(chunk)) report({ kind: 'escaped-break', atByte: lineStart, field: null })
    },
    end() {
      checkUtf8(undefined)
      if (block.hasData || lineLength > 0) report({ kind: 'cut-event', atByte: blockStart, field: null })
    },
    get largestBlock() {
      return largestBlock
    },
    get insideBlock() {
      return position > blockStart && (block.isOpen || lineLength > 0)
    },
    get commentBlocks() {
      return block.commentBlocks
    },
  }
}

/** Checks chunk after chunk, and with `undefined` the end; calls `onBad` at the first bytes that are no UTF-8. */
function createUtf8Check(onBad: () => void): (chunk: Uint8Array | undefined) => void {
  const strict = new TextDecoder('utf-8', { fatal: true })
  let isBad = false
  return (chunk) => {
    if (isBad) return
    try {
      strict.decode(chunk, { stream: chunk !== undefined })
    } catch {
      isBad = true
      onBad()
    }
  }
}

function startsWithBom(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
}

/** Whether bytes that were sent together end with a backslash and an n, twice: nobody's text does. */
function endsEscaped(chunk: Uint8Array): boolean {
  const [backslash, n] = [0x5c, 0x6e]
  return [backslash, n, backslash, n].every((byte, index) => chunk[chunk.length - 4 + index] === byte)
}
