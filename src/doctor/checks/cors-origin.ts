/** `cors/origin`: a page of another origin may not read the stream. */
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { corsHeader, crossOrigin } from '../cross-origin.js'

export const corsOrigin: StreamCheck = {
  id: 'cors/origin',
  severity: 'error',
  needs: ['watch', 'cors'],
  judge(stream: StreamEvidence): Verdict {
    const cors = crossOrigin(stream)
    if ('state' in cors) return cors
    if (!cors.get) return { state: 'unknown', reason: 'the request with an Origin got no answer; run it again' }
    const allowed = corsHeader(cors.get, 'access-control-allow-origin')
    const expected = `Access-Control-Allow-Origin: ${cors.pageOrigin}`
    const measured = allowed === null ? 'no Access-Control-Allow-Origin' : `Access-Control-Allow-Origin: ${allowed}`
    const status = cors.get.status === 200 ? '' : `, on a ${cors.get.status}`
    if (allowed === '*' || allowed === cors.pageOrigin) return { state: 'pass', measured, expected }
    return {
      state: 'fail',
      measured: `${measured}${status}`,
      expected,
      why: 'The browser opens the connection, reads nothing of it, and closes the EventSource for good.',
      fixes: [
        {
          stack: 'any server',
          snippet: `// on error answers too\nres.setHeader('Access-Control-Allow-Origin', '${cors.pageOrigin}')\nres.setHeader('Vary', 'Origin')`,
        },
      ],
    }
  },
}
