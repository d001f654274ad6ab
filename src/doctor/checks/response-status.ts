/** `response/status`: an EventSource takes 200 alone; whatever else closes it for good. */
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { firstAnswer, headerOf, isVerdict } from '../watched.js'

export const responseStatus: StreamCheck = {
  id: 'response/status',
  severity: 'error',
  needs: ['watch'],
  judge(stream: StreamEvidence): Verdict {
    const exchange = firstAnswer(stream)
    if (isVerdict(exchange)) return exchange
    const status = exchange.status ?? 0
    if (status >= 300 && status < 400 && headerOf(exchange, 'location') !== null) {
      return { state: 'skip', reason: 'redirects without end: see response/redirect' }
    }
    if (status === 200) return { state: 'pass', measured: '200', expected: '200' }
    const said = exchange.body?.title ?? exchange.body?.start
    return {
      state: 'fail',
      measured: said ? `${status}: “${said}”` : `${status}`,
      expected: '200',
      why: whyOf(status),
      fixes: [{ stack: status === 401 || status === 403 ? 'request' : 'server', snippet: adviceOn(status) }],
    }
  },
}

function whyOf(status: number): string {
  return status === 204
    ? 'With 204 a server tells clients to stop: an EventSource closes and does not come back.'
    : 'An EventSource that meets this is closed for good: one error event, no second try.'
}

function adviceOn(status: number): string {
  if (status === 204) return 'Answer 204 only to clients that are to stay away.'
  if (status === 400 || status === 422) return 'The server found fault with the request: see its query and headers.'
  if (status === 401)
    return 'Sign in: --cookie NAME=VALUE, or --bearer-env NAME. EventSource itself can send cookies only;\nwith a header: new SSECoordinator({ url, scope: user, headers }) of sse-coord/coordinator, or fetch.'
  if (status === 403)
    return 'These credentials may not read it: --cookie, --bearer-env, or --page-origin where Origin is checked.'
  if (status === 404 || status === 410) return 'Correct the path, or the route of the proxy in front.'
  if (status === 405) {
    return 'The server wants another method: --method POST --body TEXT\nEventSource makes a GET and nothing else; a page sends a POST with fetch.'
  }
  if (status === 426) return 'A WebSocket, or a server that wants another protocol: EventSource takes neither.'
  if (status === 406) return 'The server wants other headers: --header "accept: text/event-stream, application/json"'
  if (status === 429) return 'Too many requests or streams: close those that nobody reads, and share one among tabs.'
  if (status === 502 || status === 503 || status === 504) {
    return 'The front has no app behind it, or waits for it in vain: start the app, or correct the address.'
  }
  return status >= 500 ? 'Look into the log of the server: it failed.' : 'Answer with 200 and the stream.'
}
