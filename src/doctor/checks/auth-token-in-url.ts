/** `auth/token-in-url`: a secret in the query lands in every log on the way. */
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { notLookedAt } from '../watched.js'

/** What a secret has at least; words and numbers of rows have less. */
const leastBits = 40
const leastLength = 12

export const authTokenInUrl: StreamCheck = {
  id: 'auth/token-in-url',
  severity: 'warning',
  needs: [],
  judge(stream: StreamEvidence): Verdict {
    if (!stream.secrets) return notLookedAt
    if (!/[?]./.test(stream.url)) return { state: 'skip', reason: 'the URL has no query' }
    const found = stream.secrets.filter(({ length, bits }) => length >= leastLength && bits >= leastBits)
    const expected = 'no secret in the URL'
    if (found.length === 0) return { state: 'pass', measured: 'none that looks like one', expected }
    return {
      state: 'fail',
      measured: found.map(({ name, length }) => `${name}, ${length} characters`).join('; '),
      expected,
      why: 'URLs are written to the logs of every proxy and server, to the history, and to error reports.',
      fixes: [
        {
          stack: 'app',
          snippet:
            "// a cookie: HttpOnly; Secure; SameSite\nnew EventSource('/events', { withCredentials: true })\n// or a ticket that is good for one connection and one minute",
        },
      ],
    }
  },
}
