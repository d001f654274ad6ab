/** One line at the foot of the screen that says how things stand, redrawn in place. */
import type { CliOutput } from '../process.js'

const wipe = '\r\u001b[K'

/** A line that is shown. */
export interface ShownCount {
  /** Writes a line above it. */
  note(line: string): void
  close(): void
}

/** Draws what `words` says whenever it changes, until `close()`, which wipes it. */
export function showCount(output: CliOutput, everyMs: number, words: () => string): ShownCount {
  let drawn = ''
  const draw = (): void => {
    const next = words().slice(0, Math.max(20, output.columns || 80) - 1)
    if (next !== drawn) output.write(`${wipe}${next}`)
    drawn = next
  }
  const clock = setInterval(draw, everyMs)
  return {
    note(line) {
      output.write(`${drawn === '' ? '' : wipe}${line}\n`)
      drawn = ''
    },
    close() {
      clearInterval(clock)
      if (drawn !== '') output.write(wipe)
      drawn = ''
    },
  }
}
