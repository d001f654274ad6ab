/**
 * Ways to make a client stay away. A stream that merely ends is opened again; what ends it for good is a 204 to the next
 * connection (HTML standard, section 9.2.2), or an event that the page's code takes as the sign to call `close()`.
 */
import type { NodeResponse } from './node-outlet.js'

/** The name of the event after which a client is asked not to return. See `session.dismiss`. */
export const disconnectEventName = 'disconnect'

/** Answers 204: an `EventSource` then closes and does not reconnect. */
export function stopReconnecting(response: NodeResponse): void {
  response.statusCode = 204
  response.setHeader('Cache-Control', 'no-store')
  response.end()
}

/** The same as a `Response` of the Fetch API. */
export function stopReconnectingResponse(): Response {
  return new Response(null, { status: 204, headers: { 'Cache-Control': 'no-store' } })
}
