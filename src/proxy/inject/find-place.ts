/**
 * Finds the place in an HTML document at which a script runs before all others: the beginning of its head. Reads no
 * further than that. HTML standard, sections 13.2.5 “Tokenization” and 13.2.6.4, the modes before “in head”.
 */
import { readTag, type TagState } from './read-tag.js'
import { isSpace } from './white-space.js'

/** Where a reader is between two chunks. */
type State = 'between' | 'bogus' | CommentState | { tag: TagState; isHead: boolean }

/** The end of a comment, as far as it has come; `start` knows the comments that end at once, `<!-->` and `<!--->`. */
type CommentState = 'comment start' | 'comment start dash' | 'comment' | 'comment dash' | 'comment end' | 'comment bang'

/** What the bytes after a `<` begin; `undefined` as long as that cannot be told. */
type Opening = { length: number; state: State } | 'place' | undefined

/** What a search says of a chunk. */
export interface Found {
  /** Index in the chunk at which the script goes. */
  place?: number
  /** Where the bytes begin that must wait for the next chunk; the chunk's length where none do. */
  held: number
}

/** Searches one document, chunk by chunk; what was held comes first in the next chunk. */
export interface PlaceFinder {
  search(chunk: Uint8Array): Found
}

const lessThan = 0x3c
const greaterThan = 0x3e
const dash = 0x2d
const bang = 0x21
const longestName = 4

/**
 * Makes a finder for one document in an encoding that contains ASCII. Before the head there can be white space, comments,
 * a doctype and `<html>`: the place is behind `<head>`, or before the first thing that is none of these.
 */
export function createPlaceFinder(): PlaceFinder {
  let state: State = 'between'
  return {
    search(chunk) {
      for (let index = 0; index < chunk.length; index++) {
        const byte = chunk[index] ?? 0
        if (state === 'between') {
          if (isSpace(byte)) continue
          if (byte !== lessThan) return { place: index, held: chunk.length }
          const opening = readOpening(chunk, index + 1)
          if (opening === undefined) return { held: index }
          if (opening === 'place') return { place: index, held: chunk.length }
          state = opening.state
          index += opening.length
        } else if (state === 'bogus') {
          if (byte === greaterThan) state = 'between'
        } else if (typeof state === 'string') {
          state = readComment(state, byte)
        } else {
          const tag = readTag(state.tag, byte)
          if (tag === 'end' && state.isHead) return { place: index + 1, held: chunk.length }
          state = tag === 'end' ? 'between' : { tag, isHead: state.isHead }
        }
      }
      return { held: chunk.length }
    },
  }
}

function readOpening(chunk: Uint8Array, from: number): Opening {
  const first = chunk[from]
  if (first === undefined) return undefined
  if (first === 0x3f) return { length: 1, state: 'bogus' } // <?
  if (first === bang) {
    const [second, third] = [chunk[from + 1], chunk[from + 2]]
    if (second === undefined || (second === dash && third === undefined)) return undefined
    if (second === dash && third === dash) return { length: 3, state: 'comment start' }
    return { length: 1, state: 'bogus' } // a doctype too: it ends at the first >, even in quotes
  }
  if (!isLetter(first)) return 'place'
  let end = from
  while (end < chunk.length && end - from <= longestName && !endsName(chunk[end] ?? 0)) end++
  const name = String.fromCharCode(...chunk.subarray(from, end)).toLowerCase()
  if (end === chunk.length && ('html'.startsWith(name) || 'head'.startsWith(name))) return undefined
  if (name !== 'html' && name !== 'head') return 'place'
  return { length: name.length, state: { tag: 'before name', isHead: name === 'head' } }
}

function readComment(state: CommentState, byte: number): State {
  if (byte === greaterThan) return state === 'comment' || state === 'comment dash' ? 'comment' : 'between'
  if (byte === dash) {
    if (state === 'comment start') return 'comment start dash'
    return state === 'comment' || state === 'comment bang' ? 'comment dash' : 'comment end'
  }
  return state === 'comment end' && byte === bang ? 'comment bang' : 'comment'
}

function endsName(byte: number): boolean {
  return isSpace(byte) || byte === 0x2f || byte === greaterThan
}

function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)
}
