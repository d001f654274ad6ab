/** One request over HTTP/2, on a connection of its own. RFC 9113. */
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2'
import { attempt } from './attempt.js'
import { composeAnswer, type Exchange } from './compose-answer.js'
import type { Connection } from './connect.js'
import { headersLimits, maxInterim } from './headers-limits.js'
import { nameOfError } from './http2-error-names.js'
import { pairsOf } from './pairs.js'
import { readByStream } from './read-by-stream.js'
import type { RequestHead } from './request-head.js'
import type { Stopwatch } from './stopwatch.js'
import type { Http2Settings, Interim, StreamAnswer } from './stream-answer.js'
import { codeOf, headersFailure, isReset } from './stream-failure.js'
import { defaultMaxHeaderBytes, type HeaderPair, type StreamRequest } from './stream-request.js'

/** A stream of events must not wait for window updates over a long line. */
const windowBytes = 1024 * 1024

/** What a connection may not carry in HTTP/2. RFC 9113, section 8.2.2. */
const http1Only = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'])

/** What becomes of a connection, as its events tell it one by one. */
interface Heard {
  interim: Interim[]
  trailers: HeaderPair[]
  settings: Http2Settings | null
  /** Why the server ended the connection. */
  goaway: string | null
  /** What Node says was wrong with it. */
  fault: string | null
}

export async function openHttp2(
  connection: Connection,
  head: RequestHead,
  request: StreamRequest,
  watch: Stopwatch,
): Promise<StreamAnswer> {
  const heard: Heard = { interim: [], trailers: [], settings: null, goaway: null, fault: null }
  const session = startSession(connection, request)
  listen(session, heard)
  try {
    const { stream, fields } = await sendRequest(session, { connection, head, request, watch, heard })
    const exchange = exchangeOf(stream, fields, { session, connection, heard, watch })
    return composeAnswer(exchange, connection, request, watch)
  } catch (error) {
    session.destroy()
    throw error
  }
}

function listen(session: ClientHttp2Session, heard: Heard): void {
  session.on('error', (error) => {
    heard.fault ??= codeOf(error)
  })
  session.on('goaway', (code) => {
    if (code !== constants.NGHTTP2_NO_ERROR) heard.goaway ??= nameOfError(code)
  })
  session.on('remoteSettings', ({ maxConcurrentStreams, initialWindowSize = 65_535, maxFrameSize = 16_384 }) => {
    const isLimited = maxConcurrentStreams !== undefined && maxConcurrentStreams !== 2 ** 32 - 1
    heard.settings = { maxConcurrentStreams: isLimited ? maxConcurrentStreams : null, initialWindowSize, maxFrameSize }
  })
}

/** Resolves with the stream and the fields of its head, pseudo-headers among them. */
function sendRequest(
  session: ClientHttp2Session,
  context: { connection: Connection; head: RequestHead; request: StreamRequest; watch: Stopwatch; heard: Heard },
): Promise<{ stream: ClientHttp2Stream; fields: HeaderPair[] }> {
  const { connection, head, request, watch, heard } = context
  return attempt(headersLimits(request, watch), (resolve, reject) => {
    const stream = session.request(fieldsOf(head, request.url), { endStream: head.body === undefined })
    // A stream falls before its connection does, and only the connection knows why: hear all before judging.
    const fail = (error: unknown) =>
      setImmediate(() => {
        const own = codeOf(error) === 'ERR_HTTP2_ERROR' ? 'ERR_HTTP2_ERROR' : null
        const finished = connection.fate().finished ? 'FIN' : null
        const code = heard.goaway ?? heard.fault ?? own ?? resetReason(stream) ?? finished
        reject(headersFailure(request.url, code === null ? error : { code }, watch.now()))
      })
    session.once('error', fail)
    session.once('close', () => fail(new Error('closed')))
    stream.on('error', fail)
    stream.once('close', () => fail(new Error('closed')))
    stream.on('headers', (_headers: unknown, _flags: number, raw: unknown) => {
      if (heard.interim.length >= maxInterim) return
      heard.interim.push({ ...splitStatus(pairsOf(raw as string[])), atMs: watch.now() })
    })
    stream.on('response', (_headers: unknown, _flags: number, raw: unknown) =>
      resolve({ stream, fields: pairsOf(raw as string[]) }),
    )
    if (head.body) stream.end(head.body)
  })
}

function exchangeOf(
  stream: ClientHttp2Stream,
  fields: readonly HeaderPair[],
  context: { session: ClientHttp2Session; connection: Connection; heard: Heard; watch: Stopwatch },
): Exchange {
  const { session, connection, heard, watch } = context
  const { interim, settings } = heard
  return {
    head: { ...splitStatus(fields), statusText: '', httpVersion: '2', interim, settings },
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
    read(queue, onClose) {
      stream.on('trailers', (_headers: unknown, _flags: number, raw: unknown) => {
        heard.trailers = pairsOf(raw as string[])
      })
      stream.on('data', (bytes: Buffer) => queue.push({ atMs: watch.now(), bytes }))
      // An answer without a body, such as a 204, may be over before it is handed on.
      if (stream.destroyed) setImmediate(onClose)
      else stream.once('close', onClose)
    },
    howItEnded(isAborted) {
      const isWhole = stream.readableEnded && !stream.aborted && stream.rstCode === constants.NGHTTP2_NO_ERROR
      if (isWhole) return { kind: 'end', code: null }
      if (isAborted) return { kind: 'aborted', code: null }
      const { code, finished } = connection.fate()
      if (isReset(code)) return { kind: 'reset', code }
      if (heard.goaway !== null) return { kind: 'goaway', code: heard.goaway }
      // A connection that ends takes its streams along, as cancelled.
      if (finished || connection.socket.destroyed) return code ? { kind: 'error', code } : { kind: 'cut', code: null }
      const reason = resetReason(stream)
      return reason ? { kind: 'stream-error', code: reason } : { kind: 'cut', code: heard.fault }
    },
    trailers: () => heard.trailers,
    end() {
      stream.close(constants.NGHTTP2_CANCEL)
      session.destroy()
    },
  }
}

function startSession({ socket, tls }: Connection, { url, maxHeaderBytes }: StreamRequest): ClientHttp2Session {
  const session = connect(url.origin, {
    createConnection: () => (tls ? readByStream(socket) : socket),
    maxHeaderListPairs: 1000,
    settings: {
      enablePush: false,
      initialWindowSize: windowBytes,
      maxHeaderListSize: maxHeaderBytes ?? defaultMaxHeaderBytes,
    },
  })
  session.once('connect', () => session.setLocalWindowSize(windowBytes))
  return session
}

/** Names in lower case; several values of one name as a list. */
function fieldsOf(head: RequestHead, url: URL): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = Object.assign(Object.create(null), {
    ':method': head.method,
    ':scheme': url.protocol.slice(0, -1),
    ':authority': head.authority,
    ':path': head.path,
  })
  for (const [name, value] of head.headers) {
    const key = name.toLowerCase()
    if (http1Only.has(key)) continue
    const before = fields[key]
    fields[key] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]
  }
  return fields
}

function splitStatus(pairs: readonly HeaderPair[]): { status: number; headers: HeaderPair[] } {
  const status = pairs.find(([name]) => name === ':status')?.[1]
  return { status: Number(status), headers: pairs.filter(([name]) => !name.startsWith(':')) }
}

/** Why the server reset the stream, such as `PROTOCOL_ERROR`; `null` where it did not. */
function resetReason(stream: ClientHttp2Stream | undefined): string | null {
  const code = stream?.rstCode
  return code === undefined || code === constants.NGHTTP2_NO_ERROR ? null : nameOfError(code)
}
