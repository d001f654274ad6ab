/** What is worth telling of the server's end of a TLS connection. */
import type { TLSSocket } from 'node:tls'
import type { TlsFacts } from './stream-answer.js'

export function describeTls(socket: TLSSocket): TlsFacts {
  const { subject, issuer, valid_to: validTo } = socket.getPeerCertificate()
  // Typed as an Error; in fact its code.
  const error: unknown = socket.authorizationError
  return {
    protocol: socket.getProtocol(),
    authorized: socket.authorized,
    authorizationError: socket.authorized ? null : String(error ?? 'unknown'),
    subject: nameOf(subject),
    issuer: nameOf(issuer),
    validTo: Number.isNaN(Date.parse(validTo)) ? null : new Date(validTo).toISOString(),
  }
}

/** A certificate may carry several common names, or none. */
function nameOf(entity: { CN?: string | string[]; O?: string | string[] } | undefined): string | null {
  const name = entity?.CN ?? entity?.O
  return Array.isArray(name) ? (name[0] ?? null) : (name ?? null)
}
