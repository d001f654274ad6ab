/** All checks, one line each, by area. */
import { createPen } from './pen.js'
import type { TerminalOptions } from './terminal.js'
import { wrap } from './wrap.js'

/** Text that ends in a line break. A summary too long for its line goes on below. */
export function renderPageList(
  pages: readonly { id: string; summary: string }[],
  { color = false, unicode = true, width = 80 }: TerminalOptions,
): string {
  const pen = createPen({ color, unicode })
  const column = Math.max(0, ...pages.map(({ id }) => id.length)) + 2
  let area = ''
  const lines = pages.flatMap(({ id, summary }) => {
    const [own = ''] = id.split('/')
    const isNew = area !== '' && own !== area
    area = own
    const name = pen.paint('strong', id) + ' '.repeat(column - id.length)
    return [...(isNew ? [''] : []), ...wrap(pen.text(summary), width, ' '.repeat(column), name)]
  })
  return `${lines.join('\n')}\n`
}
