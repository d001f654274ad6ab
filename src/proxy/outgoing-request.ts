/** What a request must be like to be sent on, or sent once more. */
import type { IncomingMessage } from 'node:http'
import type { Destination } from './destination.js'
import { hopByHopTest } from './hop-by-hop.js'
import { hasHttp2Body, isHttp2 } from './http2-front.js'

/** Makes the headers of a request, but for the end of its body, those that the target is to get. */
export function adoptForTarget(request: IncomingMessage, destination: Destination): void {
  const { headers } = request
  const wantsTrailers = /(^|,)\s*trailers\s*(,|$)/i.test(String(headers.te ?? ''))
  removeHopByHop(request, ['transfer-encoding'])
  headers.host = destination.host
  if (!/^100-continue$/i.test(headers.expect ?? '')) delete headers.expect
  if (!wantsTrailers) return
  headers.te = 'trailers'
  headers.connection = 'keep-alive, te'
}

/** Whether a request asks for an upgrade to WebSocket. */
export function isWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && /^websocket$/i.test(headers.upgrade ?? '')
}

/**
 * Whether a body could be taken for another request on its way: one of a method that is sent without, in chunks, which not
 * everybody reads; and Node frames no body of these methods that came over HTTP/2.
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
export function isRepeatable(request: IncomingMessage): boolean {
  return (request.method === 'GET' || request.method === 'HEAD') && !announcesBody(request)
}

/** Whether there is no body to be read. HTTP/2's is read in any case: a stream that nobody has read would be reset. */
export function hasSurelyNoBody(request: IncomingMessage): boolean {
  return !announcesBody(request) && !isHttp2(request)
}

/** Whether the headers say that a body follows. */
export function announcesBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** Windows calls it an abort where the break shows as we write. */
const ofCuts: readonly unknown[] = ['ECONNRESET', 'EPIPE', 'ECONNABORTED']

/** Whether an error says that the connection broke. */
export function isCut(reason: unknown): boolean {
  return reason instanceof Error && 'code' in reason && ofCuts.includes(reason.code)
}

/** Takes the headers out that concern one connection, but for `kept`. */
export function removeHopByHop(request: IncomingMessage, kept: readonly string[]): void {
  const isHopByHop = hopByHopTest(request.headers.connection)
  for (const name of Object.keys(request.headers)) {
    if (isHopByHop(name) && !kept.includes(name)) delete request.headers[name]
  }
}
