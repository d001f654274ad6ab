/** The open streams of an origin, one line each, in columns that fit the screen. */
import type { StreamSnapshot } from '../../index.js'
import { fill, formatDuration, formatSize, type Pen, splitAtWidth, visibleWidth } from '../../report/index.js'

const gap = '  '
/** Columns that give way on a narrow screen, the first one first. */
const leastNeeded = ['heartbeat', 'page', 'again', 'id', 'gap', 'bytes'] as const
/** Below this many columns a URL says nothing any more. */
const leastUrl = 14
const mostUrl = 40
const mostId = 14
const mostPage = 24

type Column = 'number' | 'url' | 'events' | (typeof leastNeeded)[number]
const columns: readonly Column[] = ['number', 'url', 'events', 'bytes', 'id', 'gap', 'heartbeat', 'again', 'page']

/** The lines, none wider than `width`. */
export function formatStreams(
  streams: readonly StreamSnapshot[],
  width: number,
  pen: Pen,
  redactUrl: (url: string) => string,
): string[] {
  const rows = streams.map((stream) => cellsOf({ ...stream, url: redactUrl(stream.url) }, pen))
  const widest = (column: Column): number => Math.max(0, ...rows.map((row) => visibleWidth(row[column])))
  const shown = new Set(columns.filter((column) => widest(column) > 0))
  const widthWithout = (): number =>
    2 + [...shown].reduce((sum, column) => sum + (column === 'url' ? 0 : widest(column) + gap.length), 0)
  for (const column of leastNeeded) {
    if (width - widthWithout() < Math.min(leastUrl, widest('url'))) shown.delete(column)
  }
  const urlWidth = Math.max(1, Math.min(widest('url'), width - widthWithout()))
  return rows.map((row) => {
    const cells = columns
      .filter((column) => shown.has(column))
      .map((column) => {
        if (column !== 'url') return fill(row[column], widest(column))
        return fill(shorten(row.url, urlWidth, pen), urlWidth)
      })
    return `  ${cells.join(gap)}`.trimEnd()
  })
}

function cellsOf(stream: StreamSnapshot, pen: Pen): Record<Column, string> {
  const { number, url, events, bytes, lastEventId, largestGapMs, heartbeatMs, reconnects = 0, page } = stream
  return {
    number: `#${number}`,
    url: pen.text(url),
    events: `${events} ev`,
    bytes: formatSize(bytes),
    id: lastEventId === null ? '' : shorten(pen.text(`id ${lastEventId}`), mostId, pen),
    gap: largestGapMs === null ? '' : `gap ${formatDuration(largestGapMs)}`,
    heartbeat: heartbeatMs === null ? '' : `hb ${formatDuration(heartbeatMs)}`,
    again: reconnects === 0 ? '' : `${reconnects} again`,
    page: page === null ? '' : shorten(pen.text(pathOf(page)), mostPage, pen),
    // The URL gives way last, to a bound of its own.
    ...(visibleWidth(url) > mostUrl ? { url: shorten(pen.text(url), mostUrl, pen) } : {}),
  }
}

/** The page's path: its origin is nearly always that of the stream. */
function pathOf(page: string): string {
  return URL.canParse(page) ? new URL(page).pathname : page
}

/** Cuts the end off, and shows that. */
function shorten(text: string, width: number, pen: Pen): string {
  if (visibleWidth(text) <= width) return text
  const mark = pen.unicode ? '…' : '~'
  return splitAtWidth(text, width - 1)[0] + mark
}
