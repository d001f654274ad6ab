/** Reads the bytes of one stream as events, and writes them into the ledger: each on its own where somebody listens. */
import { createParser, type Parser } from '../sse/parse.js'
import { countBlocks } from './count-blocks.js'
import type { StreamEntry } from './ledger-entries.js'

/** Enough for ids, types and a look at the data. */
const maxLength = 4096
/** A block that grows beyond is left to the parser, which keeps no more of it than that. */
const mostRestLength = 65_536
const byteOrderMark = '\u00ef\u00bb\u00bf'

/** A reader of text in which one character is one byte. */
export function createStreamReader(stream: StreamEntry): (text: string, at: number) => void {
  let now = 0
  let isFirst = true
  /** The beginning of a block that is not complete. */
  let rest = ''
  /** Once in the middle of a block the parser stays. */
  let isParserAlone = false
  const parser: Parser = createParser(
    {
      onEvent: ({ type, data, hasId, lastEventId }) =>
        stream.event(decode(type), hasId ? decode(lastEventId) : null, () => decode(data), now),
      onComment: () => stream.comment(now),
      onRetry: (ms) => stream.retry(ms),
    },
    { maxLength },
  )

  return (text, at) => {
    now = at
    const whole = isFirst && text.startsWith(byteOrderMark) ? text.slice(byteOrderMark.length) : rest + text
    isFirst = false
    if (isParserAlone) return parser.feed(text)
    const end = endOfBlocks(whole)
    rest = whole.slice(end)
    const blocks = end === whole.length ? whole : whole.slice(0, end)
    const count = stream.isHeard ? null : countBlocks(blocks)
    if (count) stream.events(count.events, count.lastEventId === null ? null : decode(count.lastEventId), at)
    else parser.feed(blocks)
    if (rest.includes('\r') || rest.length > mostRestLength) {
      isParserAlone = true
      parser.feed(rest)
      rest = ''
    }
  }
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
