/** Counts the events of whole blocks without taking them apart, which is several times faster than parsing them. */

/** What was counted. */
export interface BlockCount {
  events: number
  /** The last id, one character per byte; `null` where there is none. */
  lastEventId: string | null
}

/**
 * Counts `text`, which begins and ends between blocks. `null` when it holds what only the parser can tell: other line ends
 * than LF, comments, reconnection times, ids that do not count.
 */
export function countBlocks(text: string): BlockCount | null {
  if (/[\r\0]|(^|\n)(:|retry)/.test(text)) return null
  let events = 0
  let data = findField(text, 'data', 0)
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n\n', from)
    if (end < 0) break
    if (data >= 0 && data < end) {
      events++
      data = findField(text, 'data', end)
    }
    from = end + 2
  }
  return { events, lastEventId: lastId(text) }
}

/** Where the next line with that field begins, from a place between lines on; -1 if nowhere. */
function findField(text: string, name: string, from: number): number {
  if (from === 0 && isField(text, name, 0)) return 0
  for (let at = text.indexOf(`\n${name}`, from); at >= 0; at = text.indexOf(`\n${name}`, at + 1)) {
    if (isField(text, name, at + 1)) return at + 1
  }
  return -1
}

function lastId(text: string): string | null {
  for (let at = text.lastIndexOf('\nid'); at >= 0; at = text.lastIndexOf('\nid', at - 1)) {
    if (isField(text, 'id', at + 1)) return valueAt(text, at + 3)
    if (at === 0) break
  }
  return isField(text, 'id', 0) ? valueAt(text, 2) : null
}

/** Whether the line that begins here has exactly that field. */
function isField(text: string, name: string, at: number): boolean {
  const behind = text[at + name.length]
  return text.startsWith(name, at) && (behind === ':' || behind === '\n')
}

/** The value behind a field's name, without the colon and one space. */
function valueAt(text: string, at: number): string {
  const end = text.indexOf('\n', at)
  const colon = text[at] === ':' ? 1 : 0
  return text.slice(at + colon + (text[at + colon] === ' ' ? 1 : 0), end)
}
