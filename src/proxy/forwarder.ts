/** Passes requests and upgrades on to where the router says. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Destination } from './destination.js'
import { lengthRequired, sendFailure } from './error-page.js'
import { createUpgrader } from './forward-upgrade.js'
import type { ForwarderOptions } from './forwarder-options.js'
import { Forwarding } from './forwarding.js'
import { adoptForTarget, isWebSocket, wouldBeUnframed } from './outgoing-request.js'
import { responseOn } from './response-on.js'

/** Passes requests and upgrades on. */
export interface Forwarder {
  forward(request: IncomingMessage, response: ServerResponse, destination: Destination): void
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, destination: Destination): void
}

/** Makes the forwarder. */
export function createForwarder(options: ForwarderOptions): Forwarder {
  const upgrade = createUpgrader(options)

  function forward(request: IncomingMessage, response: ServerResponse, destination: Destination): void {
    if (wouldBeUnframed(request)) sendFailure(response, lengthRequired)
    else {
      adoptForTarget(request, destination)
      new Forwarding(options, response, destination).send()
    }
  }

  return {
    forward,
    upgrade(request, socket, head, destination) {
      // Without a listener a reset that comes before the target answers would be thrown.
      socket.on('error', () => socket.destroy())
      if (isWebSocket(request)) upgrade(request, socket as Socket, head, destination)
      // An upgrade may be ignored: RFC 9110, section 7.8. curl offers h2c with every request under --http2.
      else forward(request, responseOn(socket as Socket, request), destination)
    },
  }
}
