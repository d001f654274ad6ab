/** Reads the bytes of one stream as events, and writes them into the ledger: each on its own where somebody listens. */
import { createParser, type Parser } from '../sse/parse.js'
import { type BlockCount, countBlocks, idAt } from './count-blocks.js'
import { eachPiece } from './dechunk.js'
import type { StreamEntry } from './ledger-entries.js'
import { searchable } from './next-control.js'

/** Enough for ids, types and a look at the data. */
const maxLength = 4096
/** A block that grows beyond is left to the parser, which keeps no more of it than that. */
const mostRestLength = 65_536
const lineFeed = 10
const byteOrderMark = '\u00ef\u00bb\u00bf'

/** Reads one stream, from its beginning on. */
export class StreamReader {
  readonly #stream: StreamEntry
  #now = 0
  #isHeard = false
  #isFirst = true
  /** The beginning of a block that is not complete, one character per byte. */
  #rest = ''
  /** Once in the middle of a block the parser stays. */
  #isParserAlone = false
  #parser: Parser | undefined

  constructor(stream: StreamEntry) {
    this.#stream = stream
  }

  /**
   * Reads what has come; `left` is what is still to come of a chunk that has begun before, or `unframed`. Returns what is left
   * behind it.
   */
  read(bytes: Buffer, at: number, left: number): number {
    this.#now = at
    this.#isHeard = this.#stream.isHeard
    const searched = searchable(bytes)
    const count: BlockCount = { events: 0, id: -1 }
    const behind = eachPiece(bytes, left, (from, to) => {
      const isAtBlock = this.#rest === '' && !this.#isFirst && !this.#isParserAlone && !this.#isHeard
      if (isAtBlock && endsBlock(bytes, from, to) && countBlocks(count, searched, from, to)) return
      this.#tell(count, bytes)
      this.#readPiece(bytes.toString('latin1', from, to))
    })
    this.#tell(count, bytes)
    return behind
  }

  /** Reads what is not, or not only, whole blocks; keeps the beginning of a block until the rest of it comes. */
  #readPiece(text: string): void {
    if (this.#isParserAlone) {
      this.#parse(text)
      return
    }
    const isMarked = this.#isFirst && text.startsWith(byteOrderMark)
    const whole = isMarked ? text.slice(byteOrderMark.length) : this.#rest + text
    this.#isFirst = false
    const end = endOfBlocks(whole)
    this.#readBlocks(whole.slice(0, end))
    this.#rest = whole.slice(end)
    if (this.#rest.includes('\r') || this.#rest.length > mostRestLength) {
      this.#isParserAlone = true
      this.#parse(this.#rest)
      this.#rest = ''
    }
  }

  #readBlocks(text: string): void {
    const bytes = Buffer.from(text, 'latin1')
    const count: BlockCount = { events: 0, id: -1 }
    if (!this.#isHeard && countBlocks(count, searchable(bytes), 0, bytes.length)) this.#tell(count, bytes)
    else this.#parse(text)
  }

  /** Writes down what was counted in bytes. */
  #tell(count: BlockCount, bytes: Buffer): void {
    const { events, id } = count
    if (events === 0 && id < 0) return
    this.#stream.events(events, id < 0 ? null : decode(idAt(bytes, id)), this.#now)
    count.events = 0
    count.id = -1
  }

  #parse(text: string): void {
    const stream = this.#stream
    this.#parser ??= createParser(
      {
        onEvent: ({ type, data, hasId, lastEventId }) =>
          stream.event(decode(type), hasId ? decode(lastEventId) : null, () => decode(data), this.#now),
        onComment: () => stream.comment(this.#now),
        onRetry: (ms) => stream.retry(ms),
      },
      { maxLength },
    )
    this.#parser.feed(text)
  }
}

/** Whether that is whole blocks, as they are in most chunks. */
function endsBlock(bytes: Uint8Array, from: number, to: number): boolean {
  return to - from > 1 && bytes[to - 1] === lineFeed && bytes[to - 2] === lineFeed
}

/** Where the last complete block ends. Comments end with their line: some servers send nothing else for minutes. */
function endOfBlocks(text: string): number {
  const blank = text.lastIndexOf('\n\n')
  const end = blank < 0 ? (text.startsWith('\n') ? 1 : 0) : blank + 2
  return text[end] === ':' && text.endsWith('\n') && !/[\r\n][^:]/.test(text.slice(end)) ? text.length : end
}

/** The text that the bytes stand for. */
function decode(bytes: string): string {
  return /[\u0080-\u00ff]/.test(bytes) ? Buffer.from(bytes, 'latin1').toString() : bytes
}
