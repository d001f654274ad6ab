/** `proxy/abort-not-forwarded`: a client leaves, and the front keeps its stream to the app open. */
import { formatDuration } from '../../evidence/duration.js'
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { fixesFor, remedies } from '../remedies/index.js'
import { notLookedAt } from '../watched.js'

export const proxyAbortNotForwarded: StreamCheck = {
  id: 'proxy/abort-not-forwarded',
  severity: 'error',
  needs: ['watch', 'front'],
  judge(stream: StreamEvidence): Verdict {
    const { origin, metrics, via } = stream.conditions
    if (!via && !(origin !== null && metrics)) {
      return {
        state: 'skip',
        reason: 'for a proxy in front: --via URL --listen PORT, or --origin URL with --metrics URL',
      }
    }
    if (!stream.front) return notLookedAt
    const { abort, problem } = stream.front
    if (!abort) return { state: 'unknown', reason: problem ?? 'the app could not be asked; run it again' }
    const within = formatDuration(abort.waitedMs)
    const expected = `the app knows within ${within}`
    if (abort.noticedMs !== null) {
      return { state: 'pass', measured: `the app knew after ${formatDuration(abort.noticedMs)}`, expected }
    }
    return {
      state: 'fail',
      measured: `${within} after the client had left the app’s stream was still open`,
      expected,
      why: 'Each reload leaves one more stream open at the app, until it has no more of them to give.',
      fixes: fixesFor('abort-not-forwarded', stream.watch?.[0], [remedies.vite, remedies.webpack]),
    }
  },
}
