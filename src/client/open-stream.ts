/** Opens a stream: one connection, one request, one answer. */
import { connect } from './connect.js'
import { openHttp1 } from './http1.js'
import { openHttp2 } from './http2.js'
import { completeHead } from './request-head.js'
import { startStopwatch } from './stopwatch.js'
import type { StreamAnswer } from './stream-answer.js'
import type { StreamRequest } from './stream-request.js'

/**
 * Sends a request and resolves with the answer as soon as its head has come, whatever its status. Redirects are not
 * followed (see `followRedirects`).
 *
 * @throws StreamFailure where there is no answer, with the stage that failed
 * @throws SseCoordError `bad-option` for a request that HTTP cannot carry
 * @throws the signal's reason when the caller gives up before there is an answer
 */
export async function openStream(request: StreamRequest): Promise<StreamAnswer> {
  const head = completeHead(request)
  request.signal?.throwIfAborted()
  const watch = startStopwatch()
  const connection = await connect(request, watch)
  const isHttp2 = connection.alpn === 'h2' || (request.http === 2 && connection.tls === null)
  try {
    return await (isHttp2 ? openHttp2 : openHttp1)(connection, head, request, watch)
  } catch (error) {
    await connection.close()
    throw error
  }
}
