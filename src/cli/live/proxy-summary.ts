/** What `sse-coord proxy` says when it ends. */
import type { LedgerSnapshot, StreamSnapshot } from '../../index.js'
import { count, formatDuration, formatSize } from '../../report/index.js'

/** The lines of the summary. */
export function summarize(
  { at, origins, totals }: LedgerSnapshot,
  streams: readonly StreamSnapshot[],
  redactUrl: (url: string) => string,
): string[] {
  if (!totals || totals.requests === 0) return ['No request came.']
  const watched = formatDuration(at - totals.startedAt)
  const lines = [
    `watched ${watched} · ${count(totals.requests, 'request')} · ${count(totals.streams, 'stream')} · ${count(totals.events, 'event')} · ${formatSize(totals.bytes)}`,
  ]
  for (const { origin, limit, mostInUse, demand } of origins) {
    const name = origin.replace(/^http:\/\//, '')
    if (limit && limit.reached > 0) {
      lines.push(
        `${name}: streams held all 6 connections ${count(limit.reached, 'time')}, for ${formatDuration(limit.reachedMs)} in all`,
      )
    } else if (demand && demand.wouldHaveWaited > 0) {
      const longest = demand.longestWaitMs === null ? '' : `, the longest ${formatDuration(demand.longestWaitMs)}`
      lines.push(`${name}: over HTTP/1.1 ${count(demand.wouldHaveWaited, 'request')} would have waited${longest}`)
    } else if (mostInUse > 0) lines.push(`${name}: at most ${mostInUse} in use at the same time`)
  }
  if (totals.reconnects > 0) lines.push(`${count(totals.reconnects, 'stream')} went on from one that had broken off`)
  const quietest = streams.reduce<StreamSnapshot | undefined>(
    (most, stream) => ((stream.largestGapMs ?? 0) > (most?.largestGapMs ?? 0) ? stream : most),
    undefined,
  )
  if (quietest) lines.push(`longest silence ${formatDuration(quietest.largestGapMs)} on ${redactUrl(quietest.url)}`)
  return lines
}
