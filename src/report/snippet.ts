/** What is to be pasted, line by line. */
import type { Pen } from './pen.js'
import { visibleWidth } from './visible-width.js'
import { wrap } from './wrap.js'

/** Code with its indents kept; a line wider than the screen goes on below, where that can be between words. */
export function formatSnippet(snippet: string, width: number, pen: Pen, indent: string): string[] {
  return snippet
    .replace(/\r\n?/g, '\n')
    .replace(/\n+$/, '')
    .split('\n')
    .flatMap((line) => wrapCode(pen.text(line.replaceAll('\t', '  ')), width, indent))
    .map((line) => line.trimEnd())
}

/** Spaces inside a line that fits stay as they are. */
function wrapCode(line: string, width: number, indent: string): string[] {
  const whole = indent + line
  if (visibleWidth(whole) <= width) return [whole]
  const begins = indent + (/^ */.exec(line)?.[0] ?? '')
  return wrap(line, width, `${begins}  `, `${begins}`)
}
