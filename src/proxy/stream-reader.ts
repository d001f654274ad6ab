/** Reads the bytes of one stream as events, and writes them into the ledger: each on its own where somebody listens. */
import { createParser, type Parser } from '../sse/parse.js'
import { type BlockCount, countBlocks, idAt } from './count-blocks.js'
import { eachPiece } from './dechunk.js'
import type { StreamEntry } from './ledger-entries.js'

/** Enough for ids, types and a look at the data. */
const maxLength = 4096
/** A block that grows beyond is left to the parser, which keeps no more of it than that. */
const mostRestLength = 65_536
const lineFeed = 10
const byteOrderMark = '\u00ef\u00bb\u00bf'

/** Reads a text with one character per byte, `left` bytes of a chunk being still to come in it; returns what is left behind it. */
export type OnRun = (text: string, at: number, left: number) => number

/** A reader of one stream, from its beginning on. */
export function createStreamReader(stream: StreamEntry): OnRun {
  let now = 0
  let isHeard = false
  let isFirst = true
  /** The beginning of a block that is not complete. */
  let rest = ''
  /** Once in the middle of a block the parser stays. */
  let isParserAlone = false
  let parser: Parser | undefined
  const count: BlockCount = { events: 0, id: -1 }

  function parse(text: string): void {
    parser ??= createParser(
      {
        onEvent: ({ type, data, hasId, lastEventId }) =>
          stream.event(decode(type), hasId ? decode(lastEventId) : null, () => decode(data), now),
        onComment: () => stream.comment(now),
        onRetry: (ms) => stream.retry(ms),
      },
      { maxLength },
    )
    parser.feed(text)
  }

  /** Writes down what was counted in a text. */
  function tell(text: string): void {
    if (count.events > 0 || count.id >= 0) {
      stream.events(count.events, count.id < 0 ? null : decode(idAt(text, count.id)), now)
    }
    count.events = 0
    count.id = -1
  }

  function readBlocks(text: string, from: number, to: number): void {
    if (!isHeard && countBlocks(count, text, from, to)) return
    tell(text)
    parse(text.slice(from, to))
  }

  /** Keeps what is no whole block until it is. */
  function readPart(text: string): void {
    const whole = isFirst && text.startsWith(byteOrderMark) ? text.slice(byteOrderMark.length) : rest + text
    isFirst = false
    const end = endOfBlocks(whole)
    readBlocks(whole, 0, end)
    tell(whole)
    rest = whole.slice(end)
    if (rest.includes('\r') || rest.length > mostRestLength) {
      isParserAlone = true
      parse(rest)
      rest = ''
    }
  }

  return (text, at, left) => {
    now = at
    isHeard = stream.isHeard
    const behind = eachPiece(text, left, (from, to) => {
      if (!isParserAlone && rest === '' && !isFirst && endsBlock(text, from, to)) readBlocks(text, from, to)
      else {
        tell(text)
        if (isParserAlone) parse(text.slice(from, to))
        else readPart(text.slice(from, to))
      }
    })
    tell(text)
    return behind
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
