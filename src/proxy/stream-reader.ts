/** Reads the bytes of one stream as events, and writes them into the ledger: each on its own where somebody listens. */
import { createParser, type Parser } from '../sse/parse.js'
import { type BlockCount, countBlocks, idAt } from './count-blocks.js'
import { eachPiece } from './dechunk.js'
import type { StreamEntry } from './ledger-entries.js'
import type { RunReader } from './stream-tape.js'

/** Enough for ids, types and a look at the data. */
const maxLength = 4096
/** A block that grows beyond is left to the parser, which keeps no more of it than that. */
const mostRestLength = 65_536
const lineFeed = 10
const byteOrderMark = '\u00ef\u00bb\u00bf'

/** Reads one stream, from its beginning on. */
export class StreamReader implements RunReader {
  readonly #stream: StreamEntry
  #now = 0
  #isHeard = false
  #isFirst = true
  /** The beginning of a block that is not complete. */
  #rest = ''
  /** Once in the middle of a block the parser stays. */
  #isParserAlone = false
  #parser: Parser | undefined
  readonly #count: BlockCount = { events: 0, id: -1 }

  constructor(stream: StreamEntry) {
    this.#stream = stream
  }

  /** Reads what comes next. */
  read(text: string, at: number, left: number): number {
    this.#now = at
    this.#isHeard = this.#stream.isHeard
    const behind = eachPiece(text, left, (from, to) => this.#readPiece(text, from, to))
    this.#tell(text)
    return behind
  }

  #readPiece(text: string, from: number, to: number): void {
    const isAtBlock = this.#rest === '' && !this.#isFirst && !this.#isParserAlone
    if (isAtBlock && endsBlock(text, from, to)) {
      this.#readBlocks(text, from, to)
      return
    }
    this.#tell(text)
    if (this.#isParserAlone) this.#parse(text.slice(from, to))
    else this.#readPart(text.slice(from, to))
  }

  /** Keeps what is no whole block until it is. */
  #readPart(text: string): void {
    const isMarked = this.#isFirst && text.startsWith(byteOrderMark)
    const whole = isMarked ? text.slice(byteOrderMark.length) : this.#rest + text
    this.#isFirst = false
    const end = endOfBlocks(whole)
    this.#readBlocks(whole, 0, end)
    this.#tell(whole)
    this.#rest = whole.slice(end)
    if (this.#rest.includes('\r') || this.#rest.length > mostRestLength) {
      this.#isParserAlone = true
      this.#parse(this.#rest)
      this.#rest = ''
    }
  }

  #readBlocks(text: string, from: number, to: number): void {
    if (!this.#isHeard && countBlocks(this.#count, text, from, to)) return
    this.#tell(text)
    this.#parse(text.slice(from, to))
  }

  /** Writes down what was counted in a text. */
  #tell(text: string): void {
    const { events, id } = this.#count
    if (events === 0 && id < 0) return
    this.#stream.events(events, id < 0 ? null : decode(idAt(text, id)), this.#now)
    this.#count.events = 0
    this.#count.id = -1
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
function endsBlock(text: string, from: number, to: number): boolean {
  return to - from > 1 && text.charCodeAt(to - 1) === lineFeed && text.charCodeAt(to - 2) === lineFeed
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
