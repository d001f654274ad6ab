/** A terminal as small as the tests need it: what stands on the screen after a text with cursor moves was written. */
export function showOnScreen(text: string): { lines: string[]; cursorShown: boolean } {
  const rows: string[] = ['']
  let row = 0
  let column = 0
  let cursorShown = true
  for (const part of text.match(/\u001b\[[?\d;]*[A-Za-z]|[\s\S]/gu) ?? []) {
    if (part === '\u001b[?25l') cursorShown = false
    else if (part === '\u001b[?25h') cursorShown = true
    else if (part === '\r') column = 0
    else if (part === '\n') {
      row++
      column = 0
      rows[row] ??= ''
    } else if (/^\u001b\[\d+A$/.test(part)) {
      row -= Number(part.slice(2, -1))
      if (row < 0) throw new Error('the cursor left the screen')
    } else if (part === '\u001b[K') rows[row] = (rows[row] ?? '').slice(0, column)
    else if (part === '\u001b[J') {
      rows[row] = (rows[row] ?? '').slice(0, column)
      rows.length = row + 1
    } else if (part.startsWith('\u001b[') && part.endsWith('m')) continue
    else if (part.startsWith('\u001b')) throw new Error(`no screen knows ${JSON.stringify(part)}`)
    else {
      const line = (rows[row] ?? '').padEnd(column)
      rows[row] = line.slice(0, column) + part + line.slice(column + part.length)
      column += part.length
    }
  }
  return { lines: rows.at(-1) === '' ? rows.slice(0, -1) : rows, cursorShown }
}
