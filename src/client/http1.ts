/** One request over HTTP/1.1, on a connection of its own. */
import { type ClientRequest, type IncomingMessage, request as send } from 'node:http'
import { attempt } from './attempt.js'
import { composeAnswer, type Exchange } from './compose-answer.js'
import type { Connection } from './connect.js'
import { headersLimits, maxInterim } from './headers-limits.js'
import { pairsOf } from './pairs.js'
import type { RequestHead } from './request-head.js'
import type { Stopwatch } from './stopwatch.js'
import type { Interim, StreamAnswer } from './stream-answer.js'
import { codeOf, headersFailure, isReset } from './stream-failure.js'
import { defaultMaxHeaderBytes, type StreamRequest } from './stream-request.js'

/** A request on its way, and what came of it beside the answer. */
interface Sent {
  outgoing: ClientRequest
  interim: Interim[]
  /** What was wrong with the answer's bytes. */
  fault: string | null
}

export async function openHttp1(
  connection: Connection,
  head: RequestHead,
  request: StreamRequest,
  watch: Stopwatch,
): Promise<StreamAnswer> {
  const outgoing = startRequest(connection, head, request)
  const sent: Sent = { outgoing, interim: [], fault: null }
  const incoming = await attempt<IncomingMessage>(headersLimits(request, watch), (resolve, reject) => {
    const fail = (error: unknown) => reject(headersFailure(request.url, error, watch.now()))
    outgoing.on('information', ({ statusCode: status, rawHeaders }) => {
      if (sent.interim.length >= maxInterim) return
      sent.interim.push({ status, headers: pairsOf(rawHeaders), atMs: watch.now() })
    })
    outgoing.on('response', resolve)
    outgoing.on('upgrade', () => fail({ code: 'UPGRADE' }))
    outgoing.on('error', (error) => {
      sent.fault ??= codeOf(error)
      fail(connection.fate().finished ? { code: 'FIN' } : error)
    })
    outgoing.end(head.body)
  })
  return composeAnswer(exchangeOf(incoming, sent, connection, watch), connection, request, watch)
}

function startRequest({ socket }: Connection, head: RequestHead, { maxHeaderBytes }: StreamRequest): ClientRequest {
  // Without it Node would say that this is the connection's last request, and servers answer that differently.
  const hasConnection = head.headers.some(([name]) => name.toLowerCase() === 'connection')
  const first = [['Host', head.authority], ...(hasConnection ? [] : [['Connection', 'keep-alive']])]
  const outgoing = send({
    createConnection: () => socket,
    method: head.method,
    path: head.path,
    // As pairs, which the types do not know, Node keeps their order and case.
    headers: [...first, ...head.headers] as unknown as string[],
    maxHeaderSize: maxHeaderBytes ?? defaultMaxHeaderBytes,
  })
  outgoing.maxHeadersCount = 0 // bounded in bytes; beyond 2000 Node would drop the others without a word
  return outgoing
}

function exchangeOf(incoming: IncomingMessage, sent: Sent, connection: Connection, watch: Stopwatch): Exchange {
  return {
    head: {
      status: incoming.statusCode ?? 0,
      statusText: incoming.statusMessage ?? '',
      httpVersion: incoming.httpVersion === '1.0' ? '1.0' : '1.1',
      headers: pairsOf(incoming.rawHeaders),
      interim: sent.interim,
      settings: null,
    },
    pause: () => void incoming.pause(),
    resume: () => void incoming.resume(),
    read(queue, onClose) {
      incoming.on('data', (bytes: Buffer) => queue.push({ atMs: watch.now(), bytes }))
      incoming.on('error', () => {}) // 'close' follows
      incoming.once('close', onClose)
    },
    howItEnded(isAborted) {
      const { code, finished } = connection.fate()
      // A body that lasts as long as its connection is whole to Node also where that was reset.
      const isWhole = incoming.complete && (code === null || saysItsLength(incoming))
      if (isWhole && incoming.readableEnded) return { kind: 'end', code: null }
      if (isAborted) return { kind: 'aborted', code: null }
      if (sent.fault?.startsWith('HPE_')) return { kind: 'error', code: sent.fault }
      if (isReset(code)) return { kind: 'reset', code }
      return code !== null && !finished ? { kind: 'error', code } : { kind: 'cut', code: null }
    },
    trailers: () => pairsOf(incoming.rawTrailers),
    end: () => void sent.outgoing.destroy(),
  }
}

function saysItsLength({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
}
