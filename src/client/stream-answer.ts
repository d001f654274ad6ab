/** What the raw client hands over: the head at once, then every chunk with its time, then how it ended. */
import type { HeaderPair } from './stream-request.js'

/** A piece of the body as it came off the wire: chunk framing removed, content encoding untouched. */
export interface Chunk {
  /** Milliseconds from the start of the request. */
  atMs: number
  bytes: Uint8Array
}

/**
 * How an answer came to its end.
 *
 * - `end`: complete.
 * - `cut`: FIN, the answer incomplete.
 * - `reset`: RST.
 * - `stream-error`: the server reset the HTTP/2 stream; `code` is its reason, such as `PROTOCOL_ERROR`.
 * - `goaway`: the server ended the HTTP/2 connection with a reason.
 * - `error`: anything else, such as broken framing; `code` is Node's.
 * - `aborted`: the caller ended it.
 */
export interface Ending {
  kind: 'end' | 'cut' | 'reset' | 'stream-error' | 'goaway' | 'error' | 'aborted'
  code: string | null
  /** Milliseconds from the start of the request. */
  atMs: number
  /** What came after the body. */
  trailers: HeaderPair[]
}

/** An interim answer: 100, 102, 103. */
export interface Interim {
  status: number
  headers: HeaderPair[]
  atMs: number
}

/** The server's end of a TLS connection. */
export interface TlsFacts {
  /** Such as `TLSv1.3`. */
  protocol: string | null
  authorized: boolean
  /** Why not, such as `DEPTH_ZERO_SELF_SIGNED_CERT`. */
  authorizationError: string | null
  /** The common name of the certificate. */
  subject: string | null
  issuer: string | null
  /** ISO 8601. */
  validTo: string | null
}

/** The other end, as the system calls it. */
export interface Remote {
  address: string
  port: number
  family: 'IPv4' | 'IPv6'
}

/** Moments in milliseconds from the start of the request, not lengths. `null`: there was no such step. */
export interface AnswerTimes {
  dnsMs: number | null
  connectMs: number
  tlsMs: number | null
  headersMs: number
}

/** What the server set for the HTTP/2 connection. */
export interface Http2Settings {
  /** `null`: it sets no limit. */
  maxConcurrentStreams: number | null
  initialWindowSize: number
  maxFrameSize: number
}

/** An answer whose head has come. Whoever opened it closes it. */
export interface StreamAnswer {
  /** The request's URL. */
  url: URL
  /** The start of the request in milliseconds since the Unix epoch, with a fraction; all other times count from it. */
  startedAtMs: number
  status: number
  /** Empty over HTTP/2, which has none. */
  statusText: string
  httpVersion: '1.0' | '1.1' | '2'
  /** In their order and, over HTTP/1, their case; one character is one byte. */
  headers: HeaderPair[]
  interim: Interim[]
  /** What TLS agreed on, such as `h2`. */
  alpn: string | null
  tls: TlsFacts | null
  remote: Remote
  times: AnswerTimes
  settings: Http2Settings | null
  /**
   * The body, for one reader. Reading pauses the server while more than 4 MiB wait to be read. It ends however the answer
   * ends: `ending` says how. Leaving the loop early closes the answer.
   */
  chunks: AsyncIterable<Chunk>
  /** Resolves once the answer is over and its body read; never rejects. */
  ending: Promise<Ending>
  /** Ends the answer; resolves when its socket is gone. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** The first value of a header, whatever its case. */
export function headerOf(headers: readonly HeaderPair[], name: string): string | undefined {
  return headers.find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1]
}
