/** What the forwarder stands on, and what it tells its owner. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Destination } from './destination.js'
import type { RelayOptions } from './relay-response.js'
import type { Upstream } from './upstream.js'

/** Who takes part in what is passed on. */
export interface ForwarderOptions {
  upstream: Upstream
  /** The target's response headers have come: what takes part in passing the response on. */
  onResponse(response: ServerResponse): RelayOptions
  /** The target could not be reached or died before it answered; the response is still unwritten. */
  onFailure(error: Error, response: ServerResponse, destination: Destination): void
  /** The target agreed to an upgrade. */
  onUpgrade(request: IncomingMessage): void
}
