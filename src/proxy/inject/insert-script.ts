/** Puts the script tag into a document on its way through. Holds back a few bytes at most. */
import { Transform } from 'node:stream'
import { createPlaceFinder } from './find-place.js'

/** What became of a document; `no-place` for one that ended before anything could run. */
export type Insertion = 'inserted' | 'no-place' | 'too-large' | 'utf-16'

/** What an inserter needs. */
export interface InsertOptions {
  /** In ASCII, which all encodings of HTML but UTF-16 contain. */
  tag: string
  /** The search ends after so many bytes. */
  mostSearched: number
  /** Called once, when the document's case is settled. */
  onSettled(insertion: Insertion): void
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])
const marksOfUtf16 = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])]
const marks = [byteOrderMark, ...marksOfUtf16]
const nothing: Buffer = Buffer.alloc(0)

/** Makes a stream that takes a document, and gives it with the tag at the beginning of its head. */
export function insertScript({ tag, mostSearched, onSettled }: InsertOptions): Transform {
  const finder = createPlaceFinder()
  let isSettled = false
  let isStart = true
  let held = nothing
  let searched = 0

  function settle(insertion: Insertion): void {
    isSettled = true
    held = nothing
    onSettled(insertion)
  }

  /** The pieces of `bytes` that can go on; what cannot is held. */
  function read(bytes: Buffer): Buffer[] {
    let from = 0
    if (isStart) {
      if (marksOfUtf16.some((mark) => bytes.indexOf(mark) === 0)) {
        settle('utf-16')
        return [bytes]
      }
      if (marks.some((mark) => bytes.length < mark.length && mark.indexOf(bytes) === 0)) {
        held = bytes
        return []
      }
      isStart = false
      if (bytes.indexOf(byteOrderMark) === 0) from = byteOrderMark.length
    }
    const found = finder.search(bytes.subarray(from))
    searched += bytes.length
    if (found.place !== undefined) {
      settle('inserted')
      const place = from + found.place
      return [bytes.subarray(0, place), Buffer.from(tag, 'latin1'), bytes.subarray(place)]
    }
    if (searched > mostSearched) {
      settle('too-large')
      return [bytes]
    }
    held = bytes.subarray(from + found.held)
    return [bytes.subarray(0, from + found.held)]
  }

  return new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      if (isSettled) return callback(null, chunk)
      const pieces = read(held.length > 0 ? Buffer.concat([held, chunk]) : chunk)
      for (const piece of pieces) if (piece.length > 0) this.push(piece)
      callback()
    },
    flush(callback) {
      const rest = held
      if (!isSettled) settle('no-place')
      callback(null, rest.length > 0 ? rest : null)
    },
  })
}
