/** What a request must be like to be sent on, or sent once more. */
import type { IncomingMessage } from 'node:http'
import { hopByHopTest } from './hop-by-hop.js'
import { hasHttp2Body } from './http2-front.js'

/**
 * Whether a body would go out without its length: http-proxy removes Transfer-Encoding from DELETE and OPTIONS and then
 * sends the body all the same, and Node frames no body of these methods that came over HTTP/2.
 */
export function wouldBeUnframed(request: IncomingMessage): boolean {
  const { method = '', headers } = request
  if (headers['content-length'] !== undefined) return false
  const isEmptied = method === 'DELETE' || method === 'OPTIONS'
  if (isEmptied && headers['transfer-encoding'] !== undefined) return true
  return (isEmptied || method === 'GET' || method === 'HEAD' || method === 'TRACE') && hasHttp2Body(request)
}

/** Whether trailers may come behind the body: only in chunks they do, and over HTTP/2. */
export function mayHaveTrailers(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] !== undefined || hasHttp2Body(request)
}

/** Whether a request that may or may not have arrived can be sent once more. */
export function isRepeatable({ method, headers }: IncomingMessage): boolean {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  return (method === 'GET' || method === 'HEAD') && !hasBody
}

/** Whether an error says that the connection broke. */
export function isCut(reason: unknown): boolean {
  return reason instanceof Error && 'code' in reason && (reason.code === 'ECONNRESET' || reason.code === 'EPIPE')
}

/** Takes the headers out that concern one connection. `kept` names those that http-proxy needs: it frames the body by them. */
export function removeHopByHop(request: IncomingMessage, kept: readonly string[]): void {
  const isHopByHop = hopByHopTest(request.headers.connection)
  for (const name of Object.keys(request.headers)) {
    if (isHopByHop(name) && !kept.includes(name)) delete request.headers[name]
  }
}
