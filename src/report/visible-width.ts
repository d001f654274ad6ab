/** How many columns of a terminal a text takes. Letters of East Asia and emoji take two, accents none. */

const none = /[\p{Mn}\p{Me}\p{Cf}]/u
const two =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]/u

/** The columns that plain text takes, without colour codes. */
export function visibleWidth(text: string): number {
  let width = 0
  for (const character of text) width += widthOf(character)
  return width
}

/** The text's beginning that fits into `width` columns, and what is left over. */
export function splitAtWidth(text: string, width: number): [head: string, rest: string] {
  let used = 0
  let end = 0
  for (const character of text) {
    used += widthOf(character)
    if (used > width) break
    end += character.length
  }
  return [text.slice(0, end), text.slice(end)]
}

/** The text with blanks behind it, or before it, up to `width` columns; a wider one as it is. */
export function fill(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - visibleWidth(text)))
  return align === 'right' ? space + text : text + space
}

function widthOf(character: string): number {
  if (character >= ' ' && character <= '~') return 1
  if (none.test(character)) return 0
  return two.test(character) ? 2 : 1
}
