/** A few lines at the foot of the terminal, redrawn in place; what is noted stays above them. */
import { visibleWidth } from '../report/index.js'
import type { CliOutput } from './process.js'

const hideCursor = '\u001b[?25l'
const showCursor = '\u001b[?25h'
const wipeLine = '\u001b[K'
const wipeBelow = '\u001b[J'
const colourCode = /\u001b\[[\d;]*m/g

/** The drawn part of a terminal. */
export interface Screen {
  readonly columns: number
  readonly rows: number
  /** Draws these lines in place of those drawn before; each fits the width. */
  draw(lines: readonly string[]): void
  /** Writes a line above, which stays. */
  note(line: string): void
  /** Wipes the drawn lines and shows the cursor again. May be called again. */
  close(): void
}

/** Takes the foot of the terminal. */
export function openScreen(output: CliOutput): Screen {
  /** What stands there: the width of each line, to find the way back up. */
  let drawn: number[] = []
  let frame = ''
  let isClosed = false
  // Terminals that do not know their size say 0.
  const columns = (): number => Math.max(20, output.columns || 80)

  function goToTop(): string {
    // A window made narrower since has broken long lines in two.
    const up = drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns())), 0)
    return up > 0 ? `\r\u001b[${up}A` : '\r'
  }

  output.write(hideCursor)
  return {
    get columns() {
      return columns()
    },
    get rows() {
      return output.rows || 24
    },
    draw(lines) {
      const next = lines.map((line) => `${line}${wipeLine}\n`).join('')
      if (isClosed || next === frame) return
      output.write(`${goToTop()}${next}${wipeBelow}`)
      drawn = lines.map((line) => visibleWidth(line.replace(colourCode, '')))
      frame = next
    },
    note(line) {
      output.write(isClosed ? `${line}\n` : `${goToTop()}${line}${wipeLine}\n${frame}${wipeBelow}`)
    },
    close() {
      if (isClosed) return
      isClosed = true
      output.write(`${goToTop()}${wipeBelow}${showCursor}`)
    },
  }
}
