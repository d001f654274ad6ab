/** Asks as a page of another origin would: for the stream, and beforehand whether a fetch may. */
import type { CorsEvidence } from '../evidence/stream.js'
import { look } from './look.js'
import { type Subject, withHeaders } from './subject.js'

/** Headers come at once or not at all. */
const patienceMs = 5000

type Answer = CorsEvidence['get']

export async function lookCrossOrigin(subject: Subject, pageOrigin: string): Promise<CorsEvidence> {
  const { request } = subject
  const get = await ask(subject, withHeaders(request, { origin: pageOrigin, 'accept-encoding': 'identity' }))
  const headers = {
    origin: pageOrigin,
    'access-control-request-method': request.method,
    'access-control-request-headers': 'authorization,last-event-id',
  }
  const preflight = await ask(subject, { ...request, method: 'OPTIONS', body: null, headers })
  return { pageOrigin, get, preflight }
}

async function ask(subject: Subject, request: Subject['request']): Promise<Answer> {
  const stop = new AbortController()
  const exchange = await look({
    request,
    startedAt: subject.startedAt,
    forMs: patienceMs,
    signal: AbortSignal.any([subject.signal, stop.signal]),
    // A redirect is followed, as the browser does; of anything else the headers are enough.
    onHead: ({ status }) => {
      if (status < 300 || status >= 400) stop.abort()
    },
  })
  return exchange.status === null ? null : { status: exchange.status, headers: exchange.headers }
}
