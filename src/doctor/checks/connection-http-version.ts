/** `connection/http-version`: over HTTP/1.1 a browser has six connections to an origin, for all its tabs. */
import { connectionsPerOrigin } from '../../evidence/ledger.js'
import type { StreamEvidence } from '../../evidence/stream.js'
import type { StreamCheck, Verdict } from '../check.js'
import { fixesFor } from '../remedies/index.js'
import { firstAnswer, isVerdict } from '../watched.js'

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
    const how = isTls ? 'the server offers HTTP/1.1 alone' : 'HTTP/1.1: without TLS no browser speaks HTTP/2'
    return {
      state: 'fail',
      measured: `${how}; ${connectionsPerOrigin} tabs fit with one stream each`,
      expected,
      why: `A browser opens ${connectionsPerOrigin} connections to an origin, for all its tabs together. With one stream each the tab after that hangs, without an error.`,
      fixes: fixesFor('http-version', exchange),
      limit: connectionsPerOrigin,
    }
  },
}
