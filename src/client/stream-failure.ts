/** Why there is no answer, and how far the request came. */

import { SseCoordError } from '../error.js'
import { redactUrl } from '../evidence/redact.js'
import type { TlsFacts } from './stream-answer.js'

/** The steps on the way to an answer, in their order. */
export type Stage = 'dns' | 'connect' | 'tls' | 'request' | 'headers' | 'redirect'

/** What more is known of a failure. */
export interface FailureFacts {
  stage: Stage
  /** The system's or Node's code, such as `ECONNREFUSED`; `null` where there is none. */
  code?: string | null
  /** Whether the time ran out. */
  timedOut?: boolean
  /** Milliseconds from the start of the request. */
  atMs: number
  tls?: TlsFacts | null
  hint?: string | undefined
  cause?: unknown
}

/** Thrown where a request gets no answer. `stage` says which step failed. */
export class StreamFailure extends SseCoordError {
  readonly stage: Stage
  /** The system's code. (`code` is this package's own, `no-answer`.) */
  readonly reason: string | null
  readonly timedOut: boolean
  readonly atMs: number
  /** The server's certificate, where it was the trouble. */
  readonly tls: TlsFacts | null

  constructor(message: string, { stage, code = null, timedOut = false, atMs, tls = null, hint, cause }: FailureFacts) {
    super('no-answer', message, { ...(hint === undefined ? {} : { hint }), cause })
    this.name = 'StreamFailure'
    this.stage = stage
    this.reason = code
    this.timedOut = timedOut
    this.atMs = atMs
    this.tls = tls
  }
}

/**
 * The system's code of an error. Several addresses tried in vain make an error of several; that one of them was refused says more
 * than that this machine has no IPv6.
 */
export function codeOf(error: unknown): string | null {
  if (error instanceof AggregateError && error.errors.length > 0) {
    const codes = error.errors.map(codeOf)
    return codes.find((code) => code === 'ECONNREFUSED') ?? codes[0] ?? null
  }
  const code = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' ? code : null
}

/** Whether the connection was torn down; Windows calls it an abort where that shows as we write. */
export function isReset(code: string | null): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED'
}

/** The failure to connect that `error` stands for. */
export function connectFailure(
  url: URL,
  reached: 'dns' | 'connect' | 'tls',
  error: unknown,
  atMs: number,
): StreamFailure {
  const code = codeOf(error)
  const facts = { code, atMs, cause: error }
  const isLookup = (error as { syscall?: unknown } | null)?.syscall === 'getaddrinfo'
  if (isLookup)
    return new StreamFailure(`There is no address for ${url.hostname} (${code}).`, { ...facts, stage: 'dns' })
  if (reached === 'tls') {
    const hint = isPlain(code) ? `If the server speaks plain HTTP there, the URL begins with http:.` : undefined
    return new StreamFailure(`TLS with ${url.host} failed: ${code ?? messageOf(error)}.`, {
      ...facts,
      stage: 'tls',
      hint,
    })
  }
  const words = connectWords[code ?? ''] ?? `could not be connected to (${code ?? messageOf(error)})`
  return new StreamFailure(`${url.host} ${words}.`, { ...facts, stage: 'connect' })
}

/** The failure to get a head that `error` stands for. */
export function headersFailure(url: URL, error: unknown, atMs: number): StreamFailure {
  const code = codeOf(error)
  const facts = { stage: 'headers' as const, code, atMs, cause: error }
  const target = redactUrl(url)
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new StreamFailure(`The headers of ${target} are too large to take.`, facts)
  }
  if (code?.startsWith('HPE_')) {
    return new StreamFailure(`What ${target} answers is not HTTP/1.1 (${code}).`, {
      ...facts,
      hint: 'It may be another protocol: HTTP/2 is asked for with 2, TLS with https:.',
    })
  }
  if (code === 'ERR_HTTP2_ERROR' || code === 'NGHTTP2_PROTOCOL_ERROR') {
    return new StreamFailure(`What ${target} answers is not HTTP/2.`, facts)
  }
  return new StreamFailure(`The connection ended before ${target} answered (${code ?? messageOf(error)}).`, facts)
}

const connectWords: Record<string, string> = {
  ECONNREFUSED: 'refused the connection: nothing listens there (ECONNREFUSED)',
  EHOSTUNREACH: 'cannot be reached: no route to it (EHOSTUNREACH)',
  ENETUNREACH: 'cannot be reached: no network (ENETUNREACH)',
  ETIMEDOUT: 'does not take the connection (ETIMEDOUT)',
  ECONNRESET: 'reset the connection (ECONNRESET)',
  EADDRNOTAVAIL: 'cannot be called from here; this machine is localhost (EADDRNOTAVAIL)',
}

/** What OpenSSL says of a server that answers the greeting in plain text. */
function isPlain(code: string | null): boolean {
  return code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG'
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
