/** What a stream is: the lines above its findings. */
import { formatDuration } from '../evidence/duration.js'
import type { StreamSummary } from '../evidence/report.js'
import { count } from '../evidence/words.js'
import type { Pen } from './pen.js'
import { wrap } from './wrap.js'

export function formatStreamHead(stream: StreamSummary, width: number, pen: Pen): string[] {
  const lines = wrap(pen.text(`${stream.method} ${stream.url}`), width).map((line) => pen.paint('strong', line))
  const add = (parts: (string | null)[]) => {
    const text = parts.filter((part) => part !== null).join(' · ')
    if (text !== '') lines.push(...wrap(pen.text(text), width))
  }
  if (stream.answeredBy !== stream.url) add([`answered by ${stream.answeredBy}`])
  if (stream.status !== null) {
    const answer = [stream.status, stream.contentType].filter((part) => part !== null).join(' ')
    const first = stream.firstEventMs === null ? null : `first event ${formatDuration(stream.firstEventMs)}`
    add([stream.server, `HTTP/${stream.http}`, answer, first])
    const comments = stream.comments > 0 ? count(stream.comments, 'comment') : null
    const connections = stream.connections > 1 ? count(stream.connections, 'connection') : null
    add([`watched ${formatDuration(stream.watchedMs)}`, count(stream.events, 'event'), comments, connections])
  }
  return lines
}
