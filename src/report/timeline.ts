/** A line of time: a dot for silence, a block where events came. */
import { formatDuration } from '../evidence/duration.js'
import type { Timeline } from '../evidence/report.js'
import type { Pen } from './pen.js'

/** One line, at most `width` columns wide: `arrived  0 s ····▉▉···▉ 20 s`. */
export function formatTimeline({ label, spanMs, marks }: Timeline, width: number, pen: Pen): string {
  const before = `${pen.text(label)}  0 s `
  const after = ` ${formatDuration(spanMs)}`
  const columns = Math.max(1, width - before.length - after.length)
  const busy = new Set(marks.map(({ atMs }) => columnOf(atMs, spanMs, columns)))
  const silence = pen.unicode ? '·' : '.'
  const event = pen.unicode ? '▉' : '#'
  const line = Array.from({ length: columns }, (_, column) => (busy.has(column) ? event : silence)).join('')
  return before + line + after
}

function columnOf(atMs: number, spanMs: number, columns: number): number {
  return Math.min(columns - 1, Math.max(0, Math.floor((atMs / Math.max(1, spanMs)) * columns)))
}
