/** Whether a server offers HTTP/2, how many streams it takes on one connection, and whether a stream lives there. */
import { headerOf, type StreamAnswer, type StreamRequest } from '../client/index.js'
import type { Exchange } from '../evidence/exchange.js'
import type { Http2Evidence } from '../evidence/stream.js'
import { seeConnectionField } from './http2-frames.js'
import { look } from './look.js'
import { patienceOf, type Subject, withHeaders } from './subject.js'

const patienceMs = 5000

export async function lookAtHttp2(subject: Subject): Promise<Http2Evidence> {
  const over2 = await lookAtHead(subject, 2)
  const { answer, exchange } = over2
  const died = exchange.end.how === 'failed' || exchange.end.how === 'cut'
  const found: Http2Evidence = {
    // Once TLS has agreed on it, whatever happens to the stream.
    offered: exchange.alpn === 'h2' || (died && exchange.end.stage === 'headers'),
    maxConcurrentStreams: answer?.settings?.maxConcurrentStreams ?? null,
    connectionHeader: (answer && headerOf(answer.headers, 'connection')) ?? null,
    resetCode: died ? exchange.end.code : null,
    http1ConnectionHeader: null,
  }
  if (found.offered && died) {
    const { request, signal } = subject
    found.connectionInFrames = await seeConnectionField(asked(request), patienceOf(subject, patienceMs), signal)
    const over1 = await lookAtHead(subject, 1)
    found.http1ConnectionHeader = (over1.answer && headerOf(over1.answer.headers, 'connection')) ?? null
  }
  return found
}

/** What may cost its owner money is not sent once more to learn of its connection. */
function asked(request: StreamRequest): StreamRequest {
  const { body, ...bare } = withHeaders(request, { 'Accept-Encoding': 'identity' })
  const isGet = (bare.method ?? 'GET') === 'GET' && body === undefined
  return isGet ? bare : { ...bare, method: 'OPTIONS' }
}

async function lookAtHead(
  subject: Subject,
  http: 1 | 2,
): Promise<{ answer: StreamAnswer | undefined; exchange: Exchange }> {
  const stop = new AbortController()
  let answer: StreamAnswer | undefined
  const exchange = await look({
    request: { ...asked(subject.request), http },
    startedAt: subject.startedAt,
    forMs: patienceOf(subject, patienceMs),
    signal: AbortSignal.any([subject.signal, stop.signal]),
    onHead: (head) => {
      answer = head
      stop.abort()
    },
  })
  return { answer, exchange }
}
