/** `response/redirect`: the stream is somewhere else; a browser remembers where and comes back there alone. */
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { firstExchange, isVerdict } from '../watched.js'

export const responseRedirect: StreamCheck = {
  id: 'response/redirect',
  severity: 'info',
  needs: ['watch'],
  judge(stream: StreamEvidence): Verdict {
    const exchange = firstExchange(stream)
    if (isVerdict(exchange)) return exchange
    const { redirects, status, end } = exchange
    const expected = 'the stream at the URL asked for'
    if (redirects.length === 0) {
      if (status === null) return { state: 'skip', reason: 'no answer came: see connection/unreachable' }
      return { state: 'pass', measured: 'no redirect', expected }
    }
    const endless = end.code === 'TOO_MANY_REDIRECTS' || (status !== null && status >= 300 && status < 400)
    const shown = redirects.slice(0, 5).map(({ status: code, to }) => `${code} to ${to}`)
    const more = redirects.length > shown.length ? `, and ${redirects.length - shown.length} more` : ''
    return {
      state: 'fail',
      measured: `${shown.join(', ')}${more}${endless ? '; it does not end' : ''}`,
      expected,
      why: endless
        ? 'A browser gives up after twenty redirects, and an EventSource is then closed for good.'
        : 'A browser reconnects straight to where the redirect led, also after that place has moved.',
      fixes: [
        endless
          ? { stack: 'server', snippet: 'Answer with the stream: most often it is a login or a slash that redirects.' }
          : { stack: 'app', snippet: `new EventSource('${redirects.at(-1)?.to}')` },
      ],
      ...(endless && { severity: 'error' as const }),
    }
  },
}
