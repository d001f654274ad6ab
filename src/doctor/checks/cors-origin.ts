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
    if (isMixed(stream, cors.pageOrigin)) return mixedContent
    if (allowed?.includes(',')) return saidTwice(measured, expected)
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

/** A page that came over TLS gets nothing without it, but from its own machine. */
function isMixed({ conditions, url }: StreamEvidence, pageOrigin: string): boolean {
  return pageOrigin.startsWith('https:') && url.startsWith('http:') && !conditions.loopback
}

const mixedContent: Verdict = {
  state: 'fail',
  measured: 'a page over https:, and the stream over http:',
  expected: 'https: for both',
  why: 'A browser blocks that as mixed content before it asks: no request leaves the page.',
  fixes: [{ stack: 'page', snippet: "new EventSource('/events')  // of the page's own origin, by the proxy in front" }],
}

/** Both the app and what is in front of it have said it. */
function saidTwice(measured: string, expected: string): Verdict {
  return {
    state: 'fail',
    measured: `${measured}, as it was sent more than once`,
    expected,
    why: 'A browser takes one origin or *, and refuses a list of them: the EventSource is closed for good.',
    fixes: [
      { stack: 'app', snippet: '// say it in the app or in the proxy in front, not in both' },
      { stack: 'nginx', snippet: 'proxy_hide_header Access-Control-Allow-Origin;  # beside its add_header' },
    ],
  }
}
