/** What happens on a stream, one line each: when, what, how long after the event before, and what it says. */
import type { TailHappening } from '../../index.js'
import { count, formatDuration, formatSize, type Pen, splitAtWidth, visibleWidth } from '../../report/index.js'

type Kind = TailHappening['kind']
type Of<Name extends Kind> = Extract<TailHappening, { kind: Name }>

/** Where lines go. */
export interface LineOptions {
  pen: Pen
  /** Columns of the terminal; `null` writes all of the data. */
  width: number | null
}

const writers: { [Name in Kind]: (happening: Of<Name>, options: LineOptions) => string } = {
  connecting: (one, { pen }) => {
    const resume = one.lastEventId === null ? '' : pen.text(`, after id ${one.lastEventId}`)
    return `${time(one.atMs)}  ${pen.sign('running')} ${pen.paint('strong', pen.text(`${one.method} ${one.url}`))}${resume}`
  },
  redirect: (one, { pen }) => `${time(one.atMs)}  ${pen.sign('running')} ${pen.text(`${one.status} → ${one.to}`)}`,
  open: (one, { pen }) => {
    const mark = one.status === 200 ? 'pass' : 'fail'
    const type = one.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? 'no content type'
    const doubts = one.tls && !one.tls.authorized ? ` · certificate not trusted (${one.tls.authorizationError})` : ''
    const facts = `${one.status} ${type} · HTTP/${one.httpVersion} · ${one.remote.address} · head after`
    const tone = mark === 'pass' ? 'good' : 'bad'
    const words = pen.text(`${facts} ${formatDuration(one.times.headersMs)}${doubts}`)
    return `${time(one.atMs)}  ${pen.paint(tone, pen.sign(mark))} ${words}`
  },
  event: (one, options) => {
    const { pen } = options
    const gap = one.gapMs === null ? '' : `+${formatDuration(one.gapMs)}`
    const id = one.id === null ? '' : `id ${one.id}`
    const size = formatSize(one.bytes) + (one.truncated ? ' kept' : '')
    const head = [gap.padStart(8), pen.text(one.type).padEnd(8), pen.text(id).padEnd(8), size.padStart(7)].join('  ')
    return `${time(one.atMs)}  ${withData(head, one.data, options)}`
  },
  comment: (one, options) => `${time(one.atMs)}  ${options.pen.paint('quiet', fitted(`: ${one.text}`, options, 11))}`,
  retry: (one, { pen }) => `${time(one.atMs)}  ${pen.paint('quiet', `retry: ${one.retryMs} ms`)}`,
  ended: (one, { pen }) => {
    const how = { end: 'ended', cut: 'cut off (FIN)', reset: 'reset (RST)', aborted: 'closed' } as Record<
      string,
      string
    >
    const words = how[one.how] ?? `broken off (${one.how}${one.code ? `: ${one.code}` : ''})`
    const text = `${words} at the age of ${formatDuration(one.ageMs)}, ${formatDuration(one.silentMs)} after the last byte`
    return `${time(one.atMs)}  ${pen.paint('warning', pen.sign('warning'))} ${pen.text(text)}`
  },
  failed: (one, { pen }) => `${time(one.atMs)}  ${pen.paint('bad', pen.sign('fail'))} ${pen.text(one.message)}`,
  waiting: (one, { pen }) => {
    const resume = one.lastEventId === null ? '' : ` after id ${one.lastEventId}`
    return `${time(one.atMs)}  ${pen.sign('running')} ${pen.text(`again in ${formatDuration(one.waitMs)}${resume}`)}`
  },
  stopped: (one, { pen }) => {
    const parts = [count(one.events, 'event'), count(one.comments, 'comment'), formatSize(one.bytes)]
    const summary = `${parts.join(' · ')} · ${count(one.connection, 'connection')} · ${formatDuration(one.atMs)}`
    // Ctrl-C explains itself, and of a failure the line above has told.
    const why = one.reason === 'aborted' || one.reason === 'no-answer' ? '' : `${one.message}\n`
    const lines = `${why}${one.hint === null ? '' : `${one.hint}\n`}${summary}`.split('\n')
    return lines.map((line) => pen.text(line)).join('\n')
  },
}

/** The line, without a line break at its end. */
export function writeHappening(happening: TailHappening, options: LineOptions): string {
  const write = writers[happening.kind] as (one: TailHappening, options: LineOptions) => string
  return write(happening, options)
}

/** Seconds since the start, in a column of its own. */
function time(atMs: number): string {
  return `${(atMs / 1000).toFixed(3).padStart(8)}`
}

function withData(head: string, data: string, options: LineOptions): string {
  const room = 12 + visibleWidth(head)
  return `${head}  ${fitted(data, options, room)}`.trimEnd()
}

/** One line of text that fits beside `used` columns. */
function fitted(raw: string, { pen, width }: LineOptions, used: number): string {
  if (width === null) return pen.text(raw)
  const room = Math.max(10, width - used)
  // Enough to fill the line however much of it is escaped; a megabyte is not escaped to show a line of it.
  const text = pen.text(raw.slice(0, room * 2))
  if (visibleWidth(text) <= room && raw.length <= room * 2) return text
  const more = pen.text('…')
  return splitAtWidth(text, room - visibleWidth(more))[0] + more
}
