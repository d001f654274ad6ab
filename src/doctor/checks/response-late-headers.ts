/** `response/late-headers`: the headers wait for the first event, and so does the browser's `open`. */
import { formatDuration } from '../../evidence/duration.js'
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { fixesFor } from '../remedies/index.js'
import { firstStream, isVerdict } from '../watched.js'

/** Longer than any handler needs to say 200. */
const longestMs = 1000
/** Headers and body within this time came with one write. */
const togetherMs = 50

export const responseLateHeaders: StreamCheck = {
  id: 'response/late-headers',
  severity: 'warning',
  needs: ['watch'],
  judge(stream: StreamEvidence): Verdict {
    const exchange = firstStream(stream)
    if (isVerdict(exchange)) return exchange
    const { connectMs, headersMs, firstByteMs, arrivals } = exchange
    const waited = (headersMs ?? 0) - (connectMs ?? 0)
    const together = firstByteMs !== null && headersMs !== null && firstByteMs - headersMs <= togetherMs
    const withEvent = (arrivals[0]?.events ?? 0) > 0
    const expected = `headers within ${formatDuration(longestMs)}, before the first event`
    if (waited <= longestMs || !together || !withEvent) {
      return { state: 'pass', measured: `headers after ${formatDuration(waited)}`, expected }
    }
    return {
      state: 'fail',
      measured: `headers after ${formatDuration(waited)}, together with the first event`,
      expected,
      why: 'Until the headers come the page sees neither open nor error, and a quiet stream looks dead.',
      fixes: fixesFor('late-headers', exchange),
    }
  },
}
