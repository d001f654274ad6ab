/** Passes interim responses on: 100 Continue, 102 Processing, 103 Early Hints. RFC 9110, section 15.2. */
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import { http2StreamOf } from './respond.js'

/** Sends each interim response of the target on to the client, which may have none in HTTP/1.0. */
export function relayInterim(outgoing: ClientRequest, request: IncomingMessage, response: ServerResponse): void {
  if (request.httpVersion === '1.0') return
  outgoing.on('information', ({ statusCode, headers }) => {
    if (response.headersSent || response.destroyed) return
    if (statusCode === 100) response.writeContinue()
    else if (statusCode === 102) {
      const stream = http2StreamOf(response)
      if (stream) stream.additionalHeaders({ ':status': 102 })
      else response.writeProcessing()
    } else if (statusCode === 103 && headers.link) {
      try {
        response.writeEarlyHints({ ...headers, link: headers.link } as Record<string, string | string[]>)
      } catch {
        // Node takes only links of a strict form. A hint that does not pass costs time, nothing else.
      }
    }
  })
}
