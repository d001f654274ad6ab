/** One request over HTTP/1.1, on a connection of its own. */
import { type ClientRequest, type IncomingMessage, request as send } from 'node:http'
import { attempt } from './attempt.js'
import { createChunkQueue } from './chunk-queue.js'
import type { Connection } from './connect.js'
import { headersLimits, maxInterim } from './headers-limits.js'
import { pairsOf } from './pairs.js'
import type { RequestHead } from './request-head.js'
import type { Stopwatch } from './stopwatch.js'
import type { Ending, Interim, StreamAnswer } from './stream-answer.js'
import { codeOf, headersFailure } from './stream-failure.js'
import { defaultMaxHeaderBytes, type StreamRequest } from './stream-request.js'

export async function openHttp1(
  connection: Connection,
  head: RequestHead,
  request: StreamRequest,
  watch: Stopwatch,
): Promise<StreamAnswer> {
  const interim: Interim[] = []
  let isAborted = false
  /** What was wrong with the answer's bytes. */
  let fault: string | null = null
  let outgoing: ClientRequest | undefined

  const incoming = await attempt<IncomingMessage>(headersLimits(request, watch), (resolve, reject) => {
    const hasConnection = head.headers.some(([name]) => name.toLowerCase() === 'connection')
    outgoing = send({
      createConnection: () => connection.socket,
      method: head.method,
      path: head.path,
      // As pairs Node keeps their order and case; without `Connection` it would say that this is the last request.
      headers: [
        ['Host', head.authority],
        ...(hasConnection ? [] : [['Connection', 'keep-alive']]),
        ...head.headers,
      ] as unknown as string[],
      maxHeaderSize: request.maxHeaderBytes ?? defaultMaxHeaderBytes,
    })
    outgoing.on('information', ({ statusCode, rawHeaders }) => {
      if (interim.length < maxInterim) {
        interim.push({ status: statusCode, headers: pairsOf(rawHeaders), atMs: watch.now() })
      }
    })
    outgoing.on('response', resolve)
    outgoing.on('upgrade', () => reject(headersFailure(request.url, { code: 'UPGRADE' }, watch.now())))
    outgoing.on('error', (error) => {
      fault ??= codeOf(error)
      reject(headersFailure(request.url, connection.fate().finished ? { code: 'FIN' } : error, watch.now()))
    })
    outgoing.end(head.body)
  })

  const headersMs = watch.now()
  const close = () => {
    isAborted = true
    outgoing?.destroy()
    return connection.close()
  }
  request.signal?.addEventListener('abort', close, { once: true })
  const queue = createChunkQueue({
    pause: () => incoming.pause(),
    resume: () => incoming.resume(),
    leave: close,
  })
  const ending = new Promise<Ending>((resolve) => {
    incoming.on('data', (bytes: Buffer) => queue.push({ atMs: watch.now(), bytes }))
    incoming.on('error', () => {}) // 'close' follows
    incoming.once('close', () => {
      request.signal?.removeEventListener('abort', close)
      queue.end()
      const { kind, code } = howItEnded()
      resolve({ kind, code, atMs: watch.now(), trailers: pairsOf(incoming.rawTrailers) })
      void connection.close()
    })
  })

  function howItEnded(): Pick<Ending, 'kind' | 'code'> {
    if (incoming.complete && incoming.readableEnded) return { kind: 'end', code: null }
    if (isAborted) return { kind: 'aborted', code: null }
    if (fault?.startsWith('HPE_')) return { kind: 'error', code: fault }
    const { code, finished } = connection.fate()
    if (code === 'ECONNRESET' || code === 'EPIPE') return { kind: 'reset', code }
    return code !== null && !finished ? { kind: 'error', code } : { kind: 'cut', code: null }
  }

  return {
    url: request.url,
    startedAtMs: watch.startedAtMs,
    status: incoming.statusCode ?? 0,
    statusText: incoming.statusMessage ?? '',
    httpVersion: incoming.httpVersion === '1.0' ? '1.0' : '1.1',
    headers: pairsOf(incoming.rawHeaders),
    interim,
    alpn: connection.alpn,
    tls: connection.tls,
    remote: connection.remote,
    times: { ...connection.times, headersMs },
    settings: null,
    chunks: queue.chunks,
    ending,
    close,
    [Symbol.asyncDispose]: close,
  }
}
