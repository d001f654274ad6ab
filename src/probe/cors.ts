/** Asks as a page of another origin would: for the stream, and beforehand whether a fetch may. */
import type { CorsEvidence } from '../evidence/stream.js'
import { look } from './look.js'
import { patienceOf, type Subject, withHeaders } from './subject.js'

/** Headers come at once or not at all. */
const patienceMs = 5000

type Answer = CorsEvidence['get']

/** @param given the answer to such a request, where one has been made and is not to be made again */
export async function lookCrossOrigin(subject: Subject, pageOrigin: string, given?: Answer): Promise<CorsEvidence> {
  const { request } = subject
  const asPage = withHeaders(request, { Origin: pageOrigin, 'Accept-Encoding': 'identity' })
  const get = given === undefined ? await ask(subject, asPage) : given
  // A preflight carries nothing of the user's own.
  const { body: _body, ...bare } = request
  const headers: [string, string][] = [
    ['Origin', pageOrigin],
    ['Access-Control-Request-Method', request.method ?? 'GET'],
    ['Access-Control-Request-Headers', 'authorization,last-event-id'],
  ]
  const preflight = await ask(subject, { ...bare, method: 'OPTIONS', headers })
  return { pageOrigin, get, preflight }
}

async function ask(subject: Subject, request: Subject['request']): Promise<Answer> {
  const stop = new AbortController()
  const exchange = await look({
    request,
    startedAt: subject.startedAt,
    forMs: patienceOf(subject, patienceMs),
    signal: AbortSignal.any([subject.signal, stop.signal]),
    // The headers are enough.
    onHead: () => stop.abort(),
  })
  return exchange.status === null ? null : { status: exchange.status, headers: exchange.headers }
}
