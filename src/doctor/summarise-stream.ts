/** What a stream is, in the figures that stand above its findings. */
import type { StreamSummary } from '../evidence/report.js'
import type { StreamEvidence } from '../evidence/stream.js'
import { headerOf } from './watched.js'

export function summariseStream({ url, conditions, watch = [] }: StreamEvidence): StreamSummary {
  const first = watch[0]
  const total = (key: 'eventCount' | 'commentCount' | 'bytes') => watch.reduce((sum, one) => sum + one[key], 0)
  return {
    url,
    answeredBy: first?.url ?? url,
    method: conditions.method,
    server: first ? (headerOf(first, 'server') ?? headerOf(first, 'x-powered-by')) : null,
    http: first?.http ?? null,
    status: first?.status ?? null,
    contentType: first ? headerOf(first, 'content-type') : null,
    firstEventMs: first?.events[0]?.atMs ?? null,
    watchedMs: watch.reduce((sum, { end }) => sum + end.atMs, 0),
    events: total('eventCount'),
    comments: total('commentCount'),
    bytes: total('bytes'),
    connections: watch.length,
  }
}
