/** `connection/http-version`: over HTTP/1.1 a browser has six connections to an origin, for all its tabs. */
import { connectionsPerOrigin } from '../../evidence/ledger.js'
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { fixesFor } from '../remedies/index.js'
import { firstAnswer, isVerdict } from '../watched.js'

/** What a page asks for with a POST is its own, and cannot be shared among tabs. */
const overTls = {
  stack: 'any server',
  snippet: '// HTTP/2 with TLS, in the server or in front of it: all tabs use one connection',
}

export const connectionHttpVersion: StreamCheck = {
  id: 'connection/http-version',
  severity: 'warning',
  needs: ['watch', 'http2'],
  judge(stream: StreamEvidence): Verdict {
    const exchange = firstAnswer(stream)
    if (isVerdict(exchange)) return exchange
    const isTls = exchange.url.startsWith('https:')
    if (isTls && !stream.http2) {
      return { state: 'unknown', reason: 'the run ended before HTTP/2 was asked for; let it run to its end' }
    }
    const expected = 'HTTP/2, where all tabs share one connection'
    if (stream.http2?.offered) return { state: 'pass', measured: 'HTTP/2 over TLS', expected }
    const isGet = stream.conditions.method === 'GET'
    const how = isTls ? 'the server offers HTTP/1.1 alone' : 'HTTP/1.1: without TLS no browser speaks HTTP/2'
    return {
      state: 'fail',
      measured: `${how}; ${connectionsPerOrigin} tabs fit with one stream each`,
      expected,
      why: !isGet
        ? `A browser opens ${connectionsPerOrigin} connections to an origin, for all its tabs together. While it lasts each answer holds one.`
        : `A browser opens ${connectionsPerOrigin} connections to an origin, for all its tabs together. With one stream each the tab after that hangs, without an error.`,
      fixes: fixesFor('http-version', exchange).map((fix) => (isGet || fix.stack !== 'any server' ? fix : overTls)),
      limit: connectionsPerOrigin,
    }
  },
}
