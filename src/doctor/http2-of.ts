/** What the checks of HTTP/2 ask first: does the server speak it? */
import type { Exchange } from '../evidence/exchange.js'
import type { Http2Evidence, StreamEvidence } from '../evidence/stream.js'
import type { Verdict } from './check.js'
import { notLookedAt } from './watched.js'

export function http2Of({ http2 }: StreamEvidence, exchange: Exchange): Http2Evidence | Verdict {
  if (!exchange.url.startsWith('https:')) {
    return { state: 'skip', reason: 'without TLS no browser speaks HTTP/2: see connection/http-version' }
  }
  if (!http2) return notLookedAt
  if (!http2.offered) return { state: 'skip', reason: 'the server does not offer HTTP/2: see connection/http-version' }
  return http2
}
