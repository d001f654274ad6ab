/** Breaks text into lines at spaces, and inside a word only where it is wider than a line. */
import { splitAtWidth, visibleWidth } from './visible-width.js'

/**
 * The lines of one paragraph, each at most `width` columns wide with its indent.
 *
 * @param indent what every line begins with; `first`, if given, stands before the first line instead and is to be no
 *   wider than the indent
 */
export function wrap(text: string, width: number, indent = '', first: string = indent): string[] {
  const room = Math.max(2, width - visibleWidth(indent))
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const joined = line === '' ? word : `${line} ${word}`
    if (visibleWidth(joined) <= room) {
      line = joined
      continue
    }
    if (line !== '') lines.push(line)
    const pieces = breakWord(word, room)
    lines.push(...pieces.slice(0, -1))
    line = pieces.at(-1) ?? ''
  }
  if (line !== '' || lines.length === 0) lines.push(line)
  return lines.map((content, index) => (index === 0 ? first : indent) + content)
}

/** Pieces of at most `width` columns; for code, whose spaces matter. Never empty. */
export function breakWord(word: string, width: number): string[] {
  const pieces: string[] = []
  let rest = word
  while (visibleWidth(rest) > width) {
    const [head, tail] = splitAtWidth(rest, width)
    // A line too narrow for even one wide letter takes the letter all the same, or this would never end.
    const [piece, left] = head === '' ? splitFirst(rest) : [head, tail]
    pieces.push(piece)
    rest = left
  }
  if (rest !== '' || pieces.length === 0) pieces.push(rest)
  return pieces
}

function splitFirst(text: string): [string, string] {
  const [first = ''] = text
  return [first, text.slice(first.length)]
}
