/** How long an answer's head may take: a server that never answers, and one whose headers never end. */
import { formatDuration } from '../evidence/duration.js'
import { redactUrl } from '../evidence/redact.js'
import type { AttemptLimits } from './attempt.js'
import type { Stopwatch } from './stopwatch.js'
import { StreamFailure } from './stream-failure.js'
import { defaultHeadersTimeoutMs, type StreamRequest } from './stream-request.js'

/** Most interim answers that are kept; the time bounds how many come. */
export const maxInterim = 16

export function headersLimits(request: StreamRequest, watch: Stopwatch): AttemptLimits {
  const ms = request.headersTimeoutMs ?? defaultHeadersTimeoutMs
  const late = () =>
    new StreamFailure(`${redactUrl(request.url)} did not answer in ${formatDuration(ms)}.`, {
      stage: 'headers',
      timedOut: true,
      atMs: watch.now(),
    })
  return { ms, late, signal: request.signal }
}
