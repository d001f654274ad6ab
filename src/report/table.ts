/**
 * Tables in columns that line up. A table too wide for the screen is set as a list instead, one line per cell, so that
 * no line ever runs over and no figure is cut off.
 */
import { type Mark, type Pen, type Tone, toneOf } from './pen.js'
import { fill, visibleWidth } from './visible-width.js'
import { wrap } from './wrap.js'

export interface Column {
  title: string
  /** Where texts stand; `left` by default. Signs always stand at the left. */
  align?: 'left' | 'right'
}

export interface Cell {
  text: string
  mark?: Mark
  /** By default the colour of the mark. */
  tone?: Tone
}

interface Laid {
  align: 'left' | 'right'
  width: number
  /** Room for a sign and a space, in columns that have any. */
  signs: boolean
}

const gap = '  '

/**
 * The lines of a table. The first column holds the rows' names, indented by two; its title stands above them.
 *
 * @param width columns of the screen
 */
export function formatTable(columns: readonly Column[], rows: readonly Cell[][], width: number, pen: Pen): string[] {
  const titles = columns.map(({ title }) => pen.text(title))
  const body = rows.map((row) => row.map((cell) => ({ ...cell, text: pen.text(cell.text) })))
  const laid = columns.map((column, index): Laid => {
    const cells = body.map((row) => row[index])
    const signs = cells.some((cell) => cell?.mark)
    const indent = index === 0 ? 2 : 0
    const widest = Math.max(
      ...cells.map((cell) => visibleWidth(cell?.text ?? '') + (signs ? pen.signWidth + 1 : 0) + indent),
    )
    return { align: column.align ?? 'left', width: Math.max(visibleWidth(titles[index] ?? ''), widest), signs }
  })
  const total = laid.reduce((sum, column) => sum + column.width, gap.length * (laid.length - 1))
  if (total > width) return formatList(titles, body, width, pen)
  return [
    line(laid.map((column, index) => pen.paint('strong', fill(titles[index] ?? '', column.width, column.align)))),
    ...body.map((row) => line(laid.map((column, index) => formatCell(row[index], column, index === 0, pen)))),
  ]
}

function formatCell(cell: Cell | undefined, column: Laid, isName: boolean, pen: Pen): string {
  if (!cell) return ' '.repeat(column.width)
  if (isName) return fill(`${gap}${cell.text}`, column.width, 'left')
  const sign = column.signs ? `${cell.mark ? pen.sign(cell.mark) : ''}`.padEnd(pen.signWidth + 1) : ''
  const text = fill(cell.text, column.width - sign.length, column.align)
  return pen.paint(toneOfCell(cell), sign) + pen.paint(toneOfCell(cell), text)
}

function formatList(titles: string[], rows: Cell[][], width: number, pen: Pen): string[] {
  const lines = wrap(titles[0] ?? '', width).map((part) => pen.paint('strong', part))
  for (const [name, ...cells] of rows) {
    lines.push(...wrap(name?.text ?? '', width, gap))
    cells.forEach((cell, index) => {
      if (cell.text === '') return
      const sign = (cell.mark ? pen.sign(cell.mark) : '').padEnd(pen.signWidth + 1)
      const parts = wrap(`${titles[index + 1]}: ${cell.text}`, width, ' '.repeat(4 + sign.length), `    ${sign}`)
      lines.push(...parts.map((part) => pen.paint(toneOfCell(cell), part)))
    })
  }
  return lines
}

function toneOfCell(cell: Cell): Tone {
  return cell.tone ?? (cell.mark ? toneOf[cell.mark] : 'plain')
}

/** Cells side by side, without blanks at the end, also where colour codes come after them. */
function line(cells: string[]): string {
  return cells.join(gap).replace(/ +((?:\u001b\[\d+m)*)$/, '$1')
}
