/** What the raw client is asked to send. */

/** Name and value as they stand on the wire; one character of the value is one byte. */
export type HeaderPair = readonly [name: string, value: string]

/** One request. Nothing in it is guessed from the answer, and nothing is sent twice. */
export interface StreamRequest {
  /** `http:` or `https:`. A user and password in it go out as `Authorization: Basic`, unless there is one already. */
  url: URL
  /** Default: GET. */
  method?: string
  /**
   * Sent in this order and case (lower case over HTTP/2). `Host`, `Accept: text/event-stream`, `Cache-Control: no-cache`,
   * `User-Agent` and `Content-Length` are added where they are not given.
   */
  headers?: readonly HeaderPair[]
  body?: Uint8Array | string
  /**
   * The version of HTTP. `auto`, the default, lets the server choose over TLS and takes 1.1 without. 2 without TLS is
   * sent with prior knowledge: there is no upgrade.
   */
  http?: 1 | 2 | 'auto'
  /** Whether to go on where the server's certificate is not trusted; the answer then says why it is not. Default: no. */
  insecure?: boolean
  /** Certificates of authorities to trust in place of the system's, as PEM. */
  ca?: string
  /** Longest time until there is a connection, TLS included, in milliseconds. Default: 10,000. */
  connectTimeoutMs?: number
  /** Longest time from there to the whole head of the answer, in milliseconds. Default: 30,000. */
  headersTimeoutMs?: number
  /** Most bytes of the answer's head. Default: 65,536. */
  maxHeaderBytes?: number
  /** Ends the request, and the answer after it. */
  signal?: AbortSignal
}

export const defaultConnectTimeoutMs = 10_000
export const defaultHeadersTimeoutMs = 30_000
export const defaultMaxHeaderBytes = 65_536
