/** What is to be pasted, line by line. */
import type { Pen } from './pen.js'
import { breakWord } from './wrap.js'

/** Code with its indents kept; a line wider than the screen goes on below. */
export function formatSnippet(snippet: string, width: number, pen: Pen, indent: string): string[] {
  return snippet
    .replace(/\r\n?/g, '\n')
    .replace(/\n+$/, '')
    .split('\n')
    .flatMap((line) => breakWord(pen.text(line.replaceAll('\t', '  ')), Math.max(2, width - indent.length)))
    .map((line) => (indent + line).trimEnd())
}
