/**
 * Reads the raw bytes of an event stream as a critic: what a browser ignores, drops or misreads.
 * HTML standard, section 9.2.5 “Parsing an event stream”. Keeps one line and one block's worth of flags in memory.
 */

/** What is wrong with a line or an event; evidence names problems so as well. */
export type LintKind =
  /** A field that the standard does not know; ignored. */
  | 'unknown-field'
  /** One of the four fields in other letters or with a space before the colon; ignored, and with it what it says. */
  | 'misspelt-field'
  /** A line that is no field: most often data with a line break in it, whose second half is lost. */
  | 'stray-line'
  /** A second `id` or `event` in one block: two events that became one. */
  | 'missing-blank-line'
  /** An event with a type and no data; nothing is dispatched. */
  | 'block-without-data'
  /** An id on its own: it moves the last event ID and dispatches nothing. */
  | 'id-without-data'
  /** An id with NUL; ignored. */
  | 'nul-in-id'
  /** A `retry` that is no whole number; ignored. */
  | 'bad-retry'
  /** Line breaks written as a backslash and an n: the event never ends. */
  | 'escaped-break'
  /** Data that begins with a field name of its own, as where a helper that writes the format is given what is written already. */
  | 'nested-field'
  /** A byte order mark after the start: the field behind it is unknown. */
  | 'late-bom'
  /** A line that ends in CR alone: legal, but some clients deliver it one event late. */
  | 'lone-cr'
  /** Bytes that are no UTF-8. */
  | 'invalid-utf8'
  /** The stream ended inside an event, which is dropped. */
  | 'cut-event'

export interface LintProblem {
  kind: LintKind
  /** The byte of the stream at which the line begins, from 0. */
  atByte: number
  /** The field's name, or the event's type for a block without data; at most 40 characters of it. */
  field: string | null
}

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
const colon = 0x3a

/** Bytes kept of one line: enough for the name of a field, and for `retry` and an id. */
const mostOfLine = 1024

/** Reads one connection's bytes. `report` hears of each problem, in stream order. */
export function createLinter(report: (problem: LintProblem) => void): Linter {
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  let badUtf8 = false
  let position = 0
  let lineStart = 0
  let blockStart = 0
  let lineLength = 0
  let afterCr = false
  let hasLoneCr = false
  const line = new Uint8Array(mostOfLine)
  let block = emptyBlock()
  let largestBlock = 0
  let commentBlocks = 0

  function endLine(): void {
    const length = lineLength
    lineLength = 0
    if (length === 0) {
      endBlock()
      return
    }
    const bytes = line.subarray(0, Math.min(length, mostOfLine))
    // A byte order mark at the very start is no part of the first line.
    const kept = lineStart === 0 && startsWithBom(bytes) ? bytes.subarray(3) : bytes
    if (kept[0] === colon) block.comment = true
    else if (kept.length > 0) readField(kept, length)
  }

  function readField(kept: Uint8Array, length: number): void {
    const text = lenient.decode(kept)
    const at = text.indexOf(':')
    const name = at < 0 ? text : text.slice(0, at)
    const value = at < 0 ? '' : text.slice(text[at + 1] === ' ' ? at + 2 : at + 1)
    const problem = (kind: LintKind, field: string | null = name.slice(0, 40)): void =>
      report({ kind, atByte: lineStart, field })
    if (name === 'data') {
      block.data = true
      if (nestedField.test(value)) problem('nested-field')
    } else if (name === 'event' || name === 'id') {
      if (name === 'event' ? block.event !== null : block.id) problem('missing-blank-line')
      if (name === 'event') block.event = value.slice(0, 40)
      else block.id = true
      if (name === 'id' && value.includes('\0')) problem('nul-in-id')
    } else if (name === 'retry') {
      if (length <= mostOfLine && !/^\d+$/.test(value)) problem('bad-retry')
    } else {
      const kind = kindOf(name)
      problem(kind, kind === 'stray-line' ? null : undefined)
    }
  }

  function endBlock(): void {
    if (block.comment && !block.data) commentBlocks++
    largestBlock = Math.max(largestBlock, position - blockStart)
    if (!block.data && block.event) report({ kind: 'block-without-data', atByte: blockStart, field: block.event })
    else if (!block.data && block.id) report({ kind: 'id-without-data', atByte: blockStart, field: 'id' })
    block = emptyBlock()
    blockStart = position
  }

  return {
    feed(chunk) {
      if (!badUtf8) {
        try {
          utf8.decode(chunk, { stream: true })
        } catch {
          badUtf8 = true
          report({ kind: 'invalid-utf8', atByte: lineStart, field: null })
        }
      }
      for (const byte of chunk) {
        if (afterCr) {
          afterCr = false
          if (byte === lf) {
            position++
            lineStart = position
            if (lineLength === 0 && blockStart === position - 1) blockStart = position
            continue
          }
          if (!hasLoneCr) {
            hasLoneCr = true
            report({ kind: 'lone-cr', atByte: position - 1, field: null })
          }
        }
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
      largestBlock = Math.max(largestBlock, position - blockStart)
      if (endsEscaped(chunk)) report({ kind: 'escaped-break', atByte: lineStart, field: null })
    },
    end() {
      if (!badUtf8) {
        try {
          utf8.decode()
        } catch {
          report({ kind: 'invalid-utf8', atByte: lineStart, field: null })
        }
      }
      if (block.data || lineLength > 0) report({ kind: 'cut-event', atByte: blockStart, field: null })
    },
    get largestBlock() {
      return largestBlock
    },
    get insideBlock() {
      return position > blockStart && (block.data || block.event !== null || block.id || lineLength > 0)
    },
    get commentBlocks() {
      return commentBlocks
    },
  }
}

const lenient = new TextDecoder('utf-8', { ignoreBOM: true })

function emptyBlock(): { data: boolean; event: string | null; id: boolean; comment: boolean } {
  return { data: false, event: null, id: false, comment: false }
}

function startsWithBom(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
}

/** `data: {…` behind `data:`, and not the address of an image that begins so. */
const nestedField = /^(?:data: ?[[{"]|(?:data|event|id|retry): )/

/** Whether bytes that were sent together end with a backslash and an n, twice: nobody's text does. */
function endsEscaped(chunk: Uint8Array): boolean {
  const [backslash, n] = [0x5c, 0x6e]
  return [backslash, n, backslash, n].every((byte, index) => chunk[chunk.length - 4 + index] === byte)
}

/** What to make of a name that is none of the four. */
function kindOf(name: string): LintKind {
  if (name.startsWith('\uFEFF')) return 'late-bom'
  if (/^(data|event|id|retry)$/i.test(name.trim())) return 'misspelt-field'
  return /^[A-Za-z][\w-]*$/.test(name) ? 'unknown-field' : 'stray-line'
}
