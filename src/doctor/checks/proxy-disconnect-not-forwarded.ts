/** `proxy/disconnect-not-forwarded`: the app is gone, and the front lets its clients believe that all is well. */
import { formatDuration } from '../../evidence/duration.js'
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { fixesFor, remedies } from '../remedies/index.js'
import { notLookedAt } from '../watched.js'

const acts = { end: 'ended', reset: 'was reset' } as const

export const proxyDisconnectNotForwarded: StreamCheck = {
  id: 'proxy/disconnect-not-forwarded',
  severity: 'error',
  needs: ['watch', 'front', 'origin'],
  judge(stream: StreamEvidence): Verdict {
    const { origin, via } = stream.conditions
    if (!via && origin === null) {
      return { state: 'skip', reason: 'for a proxy in front: --via URL --listen PORT, or --origin URL' }
    }
    if (!stream.front) return notLookedAt
    const { disconnect, problem } = stream.front
    if (disconnect.length === 0) {
      return {
        state: 'unknown',
        reason: problem ?? 'the stream never ended at the app while we watched; use --via, or a longer --for',
      }
    }
    const hidden = disconnect.filter(({ noticedMs }) => noticedMs === null)
    const within = formatDuration(Math.max(...disconnect.map(({ waitedMs }) => waitedMs)))
    const expected = `the client knows within ${within}`
    if (hidden.length === 0) {
      const slowest = Math.max(...disconnect.map(({ noticedMs }) => noticedMs ?? 0))
      return { state: 'pass', measured: `the client knew after ${formatDuration(slowest)}`, expected }
    }
    return {
      state: 'fail',
      measured: `the app’s stream ${hidden.map(({ how }) => acts[how]).join(', and ')}; ${within} later the client had heard nothing`,
      expected,
      why: 'An EventSource reconnects only when it learns that its stream is gone. Here it waits for ever.',
      fixes: fixesFor('disconnect-not-forwarded', stream.watch?.[0], [remedies.vite, remedies.webpack]),
    }
  },
}
