/** A page of the documentation on a terminal: the little Markdown that our own pages use, wrapped and without marks. */
import { createPen, type Pen } from './pen.js'
import type { TerminalOptions } from './terminal.js'
import { wrap } from './wrap.js'

/**
 * Text that ends in a line break.
 *
 * @param markdown headings, paragraphs, lists, tables and fenced code; anything else is shown as it is
 */
export function renderPage(markdown: string, { color = false, unicode = true, width = 80 }: TerminalOptions): string {
  const pen = createPen({ color, unicode })
  const room = Math.min(Math.max(width, 20), 80)
  const lines = toBlocks(markdown).flatMap((block, index) => [
    ...(index > 0 && !block.isTight ? [''] : []),
    ...renderBlock(block, pen, room),
  ])
  return `${lines.join('\n')}\n`
}

interface Block {
  kind: 'heading' | 'paragraph' | 'item' | 'code' | 'row'
  /** Columns that it stands in from the left: an item inside an item, code inside an item. */
  indent: number
  lines: string[]
  /** No empty line before it: items and rows that follow each other. */
  isTight: boolean
}

const patterns: [kind: Block['kind'], pattern: RegExp][] = [
  ['heading', /^#{1,6} /],
  ['item', /^(?:[-*]|\d+\.) /],
  ['row', /^\|/],
]

function toBlocks(markdown: string): Block[] {
  const blocks: Block[] = []
  let open: Block | undefined
  let wasEmpty = true
  for (const raw of markdown.split('\n')) {
    const indent = raw.length - raw.trimStart().length
    const line = raw.trim()
    if (open?.kind === 'code') {
      if (line.startsWith('```')) open = undefined
      else open.lines.push(raw.slice(Math.min(indent, open.indent)))
      continue
    }
    if (line === '') {
      open = undefined
      wasEmpty = true
      continue
    }
    const kind = line.startsWith('```')
      ? 'code'
      : (patterns.find(([, pattern]) => pattern.test(line))?.[0] ?? 'paragraph')
    if (open && kind === 'paragraph' && open.kind !== 'heading' && open.kind !== 'row') {
      open.lines.push(line)
      continue
    }
    const isTight = !wasEmpty && (kind === 'item' || kind === 'row') && blocks.at(-1)?.kind === kind
    open = { kind, indent, lines: kind === 'code' ? [] : [line], isTight }
    blocks.push(open)
    wasEmpty = false
  }
  return blocks
}

function renderBlock({ kind, indent, lines }: Block, pen: Pen, width: number): string[] {
  const margin = ' '.repeat(indent)
  const sentence = () => pen.text(plain(lines.join(' ')))
  switch (kind) {
    case 'heading':
      return [pen.paint('strong', pen.text(plain(lines.join(' ').replace(/^#+ /, ''))))]
    case 'code':
      // Never wrapped: it is there to be copied.
      return lines.map((line) => `${margin}    ${pen.text(line)}`.trimEnd())
    case 'row':
      return [`${margin}${sentence()}`]
    case 'item': {
      const [mark = '-'] = lines[0]?.split(' ', 1) ?? []
      const sign = /\d/.test(mark) ? mark : pen.text('•')
      const hang = ' '.repeat(sign.length + 1)
      return wrap(pen.text(plain(lines.join(' ').slice(mark.length + 1))), width, margin + hang, `${margin}${sign} `)
    }
    default:
      return wrap(sentence(), width, margin)
  }
}

/** Without the marks of Markdown: code keeps its words, a link its text and, where it leads out, its address. */
function plain(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part.slice(1, -1) : unmark(part)))
    .join('')
}

function unmark(text: string): string {
  return text
    .replace(/\[([^\]]*)\]\((https?:[^)]*)\)/g, '$1 ($2)')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*(.+?)\*\*/g, '$1')
    .replace(/(^|\W)_(\S(?:.*?\S)?)_(?=\W|$)/g, '$1$2')
}
