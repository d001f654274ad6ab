/** Finds the place in a recording that comes after an event. */
import { createParser } from '../sse/parse.js'
import type { RecordedChunk, RecordedConnection, Recording } from './recording.js'

/** What is left of a connection after an event. */
export interface Resumption {
  connection: RecordedConnection
  chunks: RecordedChunk[]
  /** When the event came. */
  fromMs: number
}

const lineFeed = 0x0a
const carriageReturn = 0x0d

/**
 * What came after the event of that id. Where several connections carried it, the last one counts: the story goes on
 * from there. Encoded bodies (gzip) cannot be cut and are not searched.
 */
export function findResumption({ connections }: Recording, id: string): Resumption | undefined {
  for (const connection of connections.toReversed()) {
    if (connection.status !== 200 || isEncoded(connection)) continue
    const left = chunksAfter(connection, id)
    if (left) return { connection, ...left }
  }
  return undefined
}

/** The chunks behind the last block that set this id, the first of them cut where the block ends. */
function chunksAfter({ chunks }: RecordedConnection, id: string): Omit<Resumption, 'connection'> | undefined {
  let place: { chunk: number; offset: number } | undefined
  const parser = createParser({ onEvent() {} })
  for (const [index, { bytes }] of chunks.entries()) {
    for (const end of lineEnds(bytes)) {
      const before = parser.lastEventId
      parser.feed(bytes.subarray(end.from, end.to))
      if (parser.lastEventId === id && before !== id) place = { chunk: index, offset: end.to }
    }
  }
  if (!place) return undefined
  const { chunk, offset } = place
  const [first, ...rest] = chunks.slice(chunk)
  const left = first && offset < first.bytes.length ? [{ ...first, bytes: first.bytes.subarray(offset) }] : []
  return { chunks: [...left, ...rest], fromMs: first?.atMs ?? 0 }
}

/** A chunk line by line; what follows the last line end is the last piece. */
function* lineEnds(bytes: Uint8Array): Generator<{ from: number; to: number }, void, undefined> {
  let from = 0
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]
    if (byte !== lineFeed && byte !== carriageReturn) continue
    if (byte === carriageReturn && bytes[index + 1] === lineFeed) index++
    yield { from, to: index + 1 }
    from = index + 1
  }
  if (from < bytes.length) yield { from, to: bytes.length }
}

function isEncoded({ headers }: RecordedConnection): boolean {
  const encoding = headers.find(([name]) => name.toLowerCase() === 'content-encoding')?.[1] ?? 'identity'
  return encoding.trim().toLowerCase() !== 'identity'
}
