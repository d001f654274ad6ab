/**
 * The HTTP/2 front: TLS with a certificate of its own making. Over HTTP/2 a browser sends all its requests at once on one
 * connection, so that what it would have held back over HTTP/1.1 can be seen.
 */
import type { IncomingMessage, Server, ServerOptions } from 'node:http'
import { createSecureServer, Http2ServerRequest } from 'node:http2'

/** Long enough for a day's work; the certificate is made anew with each start. */
const validDays = 30

/** A server for HTTP/2 and, for clients that ask for it, HTTP/1.1. Its requests and responses are used as HTTP/1.1's are. */
export async function createHttp2Server(host: string, bounds: ServerOptions): Promise<Server> {
  const { private: key, cert } = await makeCertificate(host)
  const server = createSecureServer({ allowHTTP1: true, key, cert })
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

async function makeCertificate(host: string): Promise<{ private: string; cert: string }> {
  const { generate } = await import('selfsigned') // slow to load, and needed here alone
  const now = Date.now()
  return generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    keyType: 'ec',
    notBeforeDate: new Date(now - 86_400_000), // for clocks that are behind
    notAfterDate: new Date(now + validDays * 86_400_000),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 2, value: '*.localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
          ...(/^[\d.]+$|:/.test(host) ? [{ type: 7 as const, ip: host }] : [{ type: 2 as const, value: host }]),
        ],
      },
    ],
  })
}
