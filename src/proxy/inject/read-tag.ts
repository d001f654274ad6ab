/** Finds the end of a start tag: the first `>` outside quoted values. HTML standard, sections 13.2.5.32 to 13.2.5.40. */
import { isSpace } from './white-space.js'

/** Where in a tag a reader is, behind the tag's name. */
export type TagState =
  | 'before name'
  | 'name'
  | 'after name'
  | 'before value'
  | 'double quoted'
  | 'single quoted'
  | 'unquoted'

const slash = 0x2f
const equals = 0x3d
const greaterThan = 0x3e
const doubleQuote = 0x22
const singleQuote = 0x27

/** The state after one more byte; `end` when the byte closed the tag. */
export function readTag(state: TagState, byte: number): TagState | 'end' {
  if (state === 'double quoted') return byte === doubleQuote ? 'before name' : state
  if (state === 'single quoted') return byte === singleQuote ? 'before name' : state
  if (byte === greaterThan) return 'end'
  if (isSpace(byte)) {
    if (state === 'name') return 'after name'
    return state === 'unquoted' ? 'before name' : state
  }
  if (state === 'unquoted') return state
  if (state === 'before value') {
    if (byte === doubleQuote) return 'double quoted'
    return byte === singleQuote ? 'single quoted' : 'unquoted'
  }
  if (byte === slash) return 'before name'
  // An = where a name should begin belongs to the name.
  return byte === equals && state !== 'before name' ? 'before value' : 'name'
}
