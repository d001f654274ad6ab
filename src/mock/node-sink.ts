/** A response of Node's `http` or `http2` as faults see it: a head, bytes, and one of three ends. */
import { ServerResponse } from 'node:http'
import { constants, type Http2ServerResponse } from 'node:http2'
import type { Sink } from '../faults/index.js'

/**
 * The end of a row of faults: the client.
 *
 * Over HTTP/2 one connection carries all streams of a client, so `cut` and `reset` end the one stream, with RST_STREAM.
 */
export function createNodeSink(response: ServerResponse): Sink {
  const http2 = http2Of(response)
  return {
    head({ status, headers }) {
      response.statusCode = status
      for (const [name, value] of headers) response.appendHeader(name, value)
      response.flushHeaders()
    },
    write: (bytes) => void response.write(bytes),
    end: () => void response.end(),
    cut() {
      // Behind what was written; then the connection closes without the end of the body.
      if (http2) http2.stream.write('', () => http2.stream.close(constants.NGHTTP2_INTERNAL_ERROR))
      else response.write('', () => response.destroy())
    },
    reset() {
      const { socket } = response
      if (http2) http2.stream.close(constants.NGHTTP2_CANCEL)
      else if (socket && 'resetAndDestroy' in socket) socket.resetAndDestroy()
      else response.destroy()
    },
  }
}

/** The types call every response one of HTTP/1.1, as both kinds have the same methods. */
function http2Of(response: ServerResponse): Http2ServerResponse | undefined {
  return response instanceof ServerResponse ? undefined : (response as unknown as Http2ServerResponse)
}
