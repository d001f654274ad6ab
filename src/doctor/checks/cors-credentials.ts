/** `cors/credentials`: a page of another origin sends cookies, and the answer does not allow that. */
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { corsHeader, crossOrigin } from '../cross-origin.js'

export const corsCredentials: StreamCheck = {
  id: 'cors/credentials',
  severity: 'error',
  needs: ['watch', 'cors'],
  judge(stream: StreamEvidence): Verdict {
    const cors = crossOrigin(stream)
    if ('state' in cors) return cors
    if (!stream.conditions.withCredentials)
      return { state: 'skip', reason: 'for pages that send cookies: --with-credentials' }
    if (!cors.get) return { state: 'unknown', reason: 'the request with an Origin got no answer; run it again' }
    const allowed = corsHeader(cors.get, 'access-control-allow-origin')
    const credentials = corsHeader(cors.get, 'access-control-allow-credentials')
    const vary = corsHeader(cors.get, 'vary') ?? ''
    const expected = `the exact origin, Access-Control-Allow-Credentials: true, Vary: Origin`
    const faults = [
      ...(allowed === cors.pageOrigin ? [] : [`Access-Control-Allow-Origin: ${allowed ?? 'absent'}`]),
      ...(credentials === 'true' ? [] : [`Access-Control-Allow-Credentials: ${credentials ?? 'absent'}`]),
    ]
    const varies = /(^|,)\s*(origin|\*)\s*(,|$)/i.test(vary)
    const fixes = [
      {
        stack: 'any server',
        snippet: `// never * with cookies\nres.setHeader('Access-Control-Allow-Origin', '${cors.pageOrigin}')\nres.setHeader('Access-Control-Allow-Credentials', 'true')\nres.setHeader('Vary', 'Origin')`,
      },
    ]
    if (faults.length > 0) {
      const why =
        'With cookies a browser wants the exact origin and a yes; otherwise it closes the EventSource for good.'
      return { state: 'fail', measured: faults.join(', '), expected, why, fixes }
    }
    if (!varies) {
      const why = 'Without Vary: Origin a cache may give one origin’s answer to another.'
      return { state: 'fail', severity: 'warning', measured: 'no Vary: Origin', expected, why, fixes }
    }
    return { state: 'pass', measured: expected, expected }
  },
}
