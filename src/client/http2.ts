/** One request over HTTP/2, on a connection of its own. RFC 9113. */
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2'
import { attempt } from './attempt.js'
import { createChunkQueue } from './chunk-queue.js'
import type { Connection } from './connect.js'
import { headersLimits, maxInterim } from './headers-limits.js'
import { pairsOf } from './pairs.js'
import { readByStream } from './read-by-stream.js'
import type { RequestHead } from './request-head.js'
import type { Stopwatch } from './stopwatch.js'
import type { Ending, Http2Settings, Interim, StreamAnswer } from './stream-answer.js'
import { codeOf, headersFailure } from './stream-failure.js'
import { defaultMaxHeaderBytes, type HeaderPair, type StreamRequest } from './stream-request.js'

/** A stream of events must not wait for window updates over a long line. */
const windowBytes = 1024 * 1024

/** What a connection may not carry in HTTP/2. RFC 9113, section 8.2.2. */
const http1Only = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'])

/** How the answer's head came: Node hands names and values over as one flat list. */
type Head = HeaderPair[]

export async function openHttp2(
  connection: Connection,
  head: RequestHead,
  request: StreamRequest,
  watch: Stopwatch,
): Promise<StreamAnswer> {
  const interim: Interim[] = []
  let trailers: HeaderPair[] = []
  let isAborted = false
  let goaway: string | null = null
  let fault: string | null = null
  let settings: Http2Settings | null = null

  const session = startSession(connection, request)
  session.on('error', (error) => {
    fault ??= codeOf(error)
  })
  session.on('goaway', (code) => {
    if (code !== constants.NGHTTP2_NO_ERROR) goaway ??= nameOfError(code)
  })
  session.on('remoteSettings', ({ maxConcurrentStreams, initialWindowSize = 65_535, maxFrameSize = 16_384 }) => {
    const limit =
      maxConcurrentStreams === undefined || maxConcurrentStreams === 2 ** 32 - 1 ? null : maxConcurrentStreams
    settings = { maxConcurrentStreams: limit, initialWindowSize, maxFrameSize }
  })

  let stream: ClientHttp2Stream | undefined
  const close = async () => {
    isAborted = true
    stream?.close(constants.NGHTTP2_CANCEL)
    session.destroy()
    await connection.close()
  }

  const answerHead = await attempt<Head>(headersLimits(request, watch), (resolve, reject) => {
    // A stream falls before its connection does, and only the connection knows why: hear all before judging.
    const fail = (error: unknown) =>
      setImmediate(() => {
        const own = codeOf(error) === 'ERR_HTTP2_ERROR' ? 'ERR_HTTP2_ERROR' : null
        const cause = goaway ?? fault ?? own ?? resetReason(stream) ?? (connection.fate().finished ? 'FIN' : null)
        reject(headersFailure(request.url, cause === null ? error : { code: cause }, watch.now()))
      })
    session.once('error', fail)
    session.once('close', () => fail(new Error('closed')))
    stream = session.request(fieldsOf(head, request.url), { endStream: head.body === undefined })
    stream.on('error', fail)
    stream.once('close', () => fail(new Error('closed')))
    stream.on('headers', (_headers: unknown, _flags: number, raw: unknown) => {
      const pairs = pairsOf(raw as string[])
      if (interim.length < maxInterim) interim.push({ ...splitStatus(pairs), atMs: watch.now() })
    })
    stream.on('response', (_headers: unknown, _flags: number, raw: unknown) => resolve(pairsOf(raw as string[])))
    if (head.body) stream.end(head.body)
  }).catch((error: unknown) => {
    session.destroy()
    throw error
  })

  const headersMs = watch.now()
  const body = stream as ClientHttp2Stream
  request.signal?.addEventListener('abort', close, { once: true })
  const queue = createChunkQueue({ pause: () => body.pause(), resume: () => body.resume(), leave: close })
  const ending = new Promise<Ending>((resolve) => {
    body.on('trailers', (_headers: unknown, _flags: number, raw: unknown) => {
      trailers = pairsOf(raw as string[])
    })
    body.on('data', (bytes: Buffer) => queue.push({ atMs: watch.now(), bytes }))
    body.once('close', () => {
      request.signal?.removeEventListener('abort', close)
      queue.end()
      resolve({ ...howItEnded(), atMs: watch.now(), trailers })
      session.destroy()
      void connection.close()
    })
  })

  function howItEnded(): Pick<Ending, 'kind' | 'code'> {
    if (body.readableEnded && !body.aborted && body.rstCode === constants.NGHTTP2_NO_ERROR) {
      return { kind: 'end', code: null }
    }
    if (isAborted) return { kind: 'aborted', code: null }
    const { code, finished } = connection.fate()
    if (code === 'ECONNRESET' || code === 'EPIPE') return { kind: 'reset', code }
    if (goaway !== null) return { kind: 'goaway', code: goaway }
    // A connection that ends takes its streams along, as cancelled.
    if (finished || connection.socket.destroyed) return code ? { kind: 'error', code } : { kind: 'cut', code: null }
    const reason = resetReason(body)
    return reason ? { kind: 'stream-error', code: reason } : { kind: 'cut', code: fault }
  }

  const { status, headers } = splitStatus(answerHead)
  return {
    url: request.url,
    startedAtMs: watch.startedAtMs,
    status,
    statusText: '',
    httpVersion: '2',
    headers,
    interim,
    alpn: connection.alpn,
    tls: connection.tls,
    remote: connection.remote,
    times: { ...connection.times, headersMs },
    settings,
    chunks: queue.chunks,
    ending,
    close,
    [Symbol.asyncDispose]: close,
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
  const fields: Record<string, string | string[]> = {
    ':method': head.method,
    ':scheme': url.protocol.slice(0, -1),
    ':authority': head.authority,
    ':path': head.path,
  }
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

/** The name of an HTTP/2 error code. RFC 9113, section 7. */
function nameOfError(code: number): string {
  return errorNames[code] ?? `0x${code.toString(16)}`
}

const errorNames = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
]
