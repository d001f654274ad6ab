/** Counts the events of whole blocks without taking them apart, which is several times faster than parsing them. */

/** What was counted so far in one text. */
export interface BlockCount {
  events: number
  /** Where the last id stands, behind the field's name; -1 where there is none. */
  id: number
}

const lineFeed = 10
const colon = 58
const space = 32
/** The letters of the fields that matter. */
const [a, d, i, r, t] = [97, 100, 105, 114, 116]

/**
 * Adds to `count` what `text`, one character per byte, has from `from` up to `to`, which begins and ends between blocks.
 * False when it holds what only the parser can tell: other line ends than LF, comments, reconnection times, ids that do not
 * count; nothing is added then.
 */
export function countBlocks(count: BlockCount, text: string, from: number, to: number): boolean {
  const carriageReturn = text.indexOf('\r', from)
  if (carriageReturn >= 0 && carriageReturn < to) return false
  let { events, id } = count
  let hasData = false
  for (let line = from; line < to; ) {
    const first = text.charCodeAt(line)
    if (first === lineFeed) {
      if (hasData) events++
      hasData = false
      line++
      continue
    }
    if (first === colon || first === r) return false
    if (first === d && isData(text, line)) hasData = true
    else if (first === i && isId(text, line)) id = line + 'id'.length
    line = text.indexOf('\n', line) + 1
  }
  if (id !== count.id && idAt(text, id).includes('\0')) return false
  count.events = events
  count.id = id
  return true
}

/** The id that was found there. */
export function idAt(text: string, at: number): string {
  const value = text.charCodeAt(at) === colon ? at + 1 : at
  return text.slice(text.charCodeAt(value) === space ? value + 1 : value, text.indexOf('\n', at))
}

/** Whether the line that begins there has the field `data`; its first letter has been looked at. */
function isData(text: string, at: number): boolean {
  const isNamed = text.charCodeAt(at + 1) === a && text.charCodeAt(at + 2) === t && text.charCodeAt(at + 3) === a
  return isNamed && endsName(text, at + 'data'.length)
}

function isId(text: string, at: number): boolean {
  return text.charCodeAt(at + 1) === d && endsName(text, at + 'id'.length)
}

function endsName(text: string, at: number): boolean {
  const behind = text.charCodeAt(at)
  return behind === colon || behind === lineFeed
}
