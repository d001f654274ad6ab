/** Finds the place in a recording that comes after an event. */
import { contentCodings } from '../evidence/content-codings.js'
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

/** Where the block ends that set an id. */
interface Place {
  connection: RecordedConnection
  chunk: number
  offset: number
}

/** Read once for each recording, however many clients come back. */
const indexes = new WeakMap<Recording, Map<string, Place>>()

/**
 * What came after the event of that id. Where several connections carried it, the last one counts: the story goes on
 * from there. Encoded bodies (gzip) cannot be cut and are not searched.
 */
export function findResumption(recording: Recording, id: string): Resumption | undefined {
  let index = indexes.get(recording)
  if (!index) {
    index = readIndex(recording)
    indexes.set(recording, index)
  }
  const place = index.get(id)
  if (!place) return undefined
  const { connection, chunk, offset } = place
  const [first, ...rest] = connection.chunks.slice(chunk)
  const left = first && offset < first.bytes.length ? [{ ...first, bytes: first.bytes.subarray(offset) }] : []
  return { connection, chunks: [...left, ...rest], fromMs: first?.atMs ?? 0 }
}

function readIndex({ connections }: Recording): Map<string, Place> {
  const index = new Map<string, Place>()
  for (const connection of connections) {
    if (connection.status !== 200 || isEncoded(connection)) continue
    const parser = createParser({ onEvent() {} })
    for (const [chunk, { bytes }] of connection.chunks.entries()) {
      for (const { from, to } of linesOf(bytes)) {
        const before = parser.lastEventId
        parser.feed(bytes.subarray(from, to))
        if (parser.lastEventId !== before) index.set(parser.lastEventId, { connection, chunk, offset: to })
      }
    }
  }
  return index
}

/** A chunk line by line; what follows the last line end is the last piece. */
function* linesOf(bytes: Uint8Array): Generator<{ from: number; to: number }, void, undefined> {
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
  return contentCodings(headers.find(([name]) => name.toLowerCase() === 'content-encoding')?.[1]).length > 0
}
