/** `cors/preflight`: a fetch that resumes or authenticates asks first, and the answer is no. */
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { corsHeader, crossOrigin } from '../cross-origin.js'

/** What such a fetch sends beyond what every request may. */
export const preflightHeaders: readonly string[] = ['last-event-id', 'authorization']

export const corsPreflight: StreamCheck = {
  id: 'cors/preflight',
  severity: 'warning',
  needs: ['watch', 'cors'],
  judge(stream: StreamEvidence): Verdict {
    const cors = crossOrigin(stream)
    if ('state' in cors) return cors
    const { preflight, pageOrigin } = cors
    if (!preflight) return { state: 'unknown', reason: 'OPTIONS got no answer; run it again' }
    const expected = `a yes to ${preflightHeaders.join(' and ')}`
    const origin = corsHeader(preflight, 'access-control-allow-origin')
    const listed = (corsHeader(preflight, 'access-control-allow-headers') ?? '').toLowerCase().split(/\s*,\s*/)
    // A star does not stand for authorization.
    const missing = preflightHeaders.filter(
      (name) => !listed.includes(name) && !(listed.includes('*') && name !== 'authorization'),
    )
    const isOk = preflight.status !== null && preflight.status >= 200 && preflight.status < 300
    if (isOk && (origin === '*' || origin === pageOrigin) && missing.length === 0) {
      return { state: 'pass', measured: `${preflight.status}, both allowed`, expected }
    }
    const faults = [
      ...(isOk ? [] : [`OPTIONS was answered with ${preflight.status}`]),
      ...(origin === '*' || origin === pageOrigin ? [] : [`Access-Control-Allow-Origin: ${origin ?? 'absent'}`]),
      ...(missing.length === 0 ? [] : [`not allowed: ${missing.join(', ')}`]),
    ]
    return {
      state: 'fail',
      measured: faults.join('; '),
      expected,
      why: 'EventSource itself needs no preflight, but a fetch that resumes or carries a token does, as does a service worker.',
      fixes: [
        {
          stack: 'any server',
          snippet: `// OPTIONS, with 204\nAccess-Control-Allow-Origin: ${pageOrigin}\nAccess-Control-Allow-Methods: GET\nAccess-Control-Allow-Headers: last-event-id, authorization\nAccess-Control-Max-Age: 7200`,
        },
      ],
    }
  },
}
