/**
 * The HTTP/2 front: TLS with a certificate of its own making. Over HTTP/2 a browser sends all its requests at once on one
 * connection, so that what it would have held back over HTTP/1.1 can be seen.
 */
import type { IncomingMessage, Server, ServerOptions } from 'node:http'
import { createSecureServer, Http2ServerRequest } from 'node:http2'
import { answerPlainHttp, createCertificate } from '../listening/index.js'

/** More than any browser opens at a time (Chromium: 256); without a bound one connection could take all of this machine's. */
const maxConcurrentStreams = 1000

/** A server for HTTP/2 and, for clients that ask for it, HTTP/1.1. Its requests and responses are used as HTTP/1.1's are. */
export async function createHttp2Server(host: string, bounds: ServerOptions): Promise<Server> {
  const server = createSecureServer({
    allowHTTP1: true,
    settings: { maxConcurrentStreams },
    ...(await createCertificate(host)),
  })
  answerPlainHttp(server)
  Object.assign(server, bounds) // it takes HTTP/1.1's bounds as properties alone
  // Node's compatibility layer has the same events and, as far as `respond.ts` does not see to it, the same methods.
  return server as unknown as Server
}

/** Makes the headers of a request over HTTP/2 those that it would have over HTTP/1.1. */
export function adoptHttp2(request: IncomingMessage): void {
  const { headers } = request
  headers.host ??= String(headers[':authority'] ?? '')
  // Hidden, not removed: Node reads method and path from there.
  for (const name of Object.keys(headers)) {
    if (name.startsWith(':')) Object.defineProperty(headers, name, { enumerable: false })
  }
}

/** Whether a request came over HTTP/2. */
export function isHttp2(request: IncomingMessage): boolean {
  return (request as unknown) instanceof Http2ServerRequest
}

/** Whether a request over HTTP/2 has a body, which HTTP/1.1 tells by its headers. */
export function hasHttp2Body(request: IncomingMessage): boolean {
  return isHttp2(request) && !(request as unknown as Http2ServerRequest).stream.endAfterHeaders
}
