/** Passes requests and upgrades on to where the router says. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Destination } from './destination.js'
import { lengthRequired, sendFailure } from './error-page.js'
import { createUpgrader, type Upgrade } from './forward-upgrade.js'
import type { ForwarderOptions } from './forwarder-options.js'
import { Forwarding } from './forwarding.js'
import { adoptForTarget, wouldBeUnframed } from './outgoing-request.js'

/** Passes them on. */
export interface Forwarder {
  forward(request: IncomingMessage, response: ServerResponse, destination: Destination): void
  /** Passes an upgrade to WebSocket on. */
  upgrade: Upgrade
}

/** Makes the forwarder. */
export function createForwarder(options: ForwarderOptions): Forwarder {
  return {
    forward(request, response, destination) {
      if (wouldBeUnframed(request)) sendFailure(response, lengthRequired)
      else {
        adoptForTarget(request, destination)
        new Forwarding(options, response, destination).send()
      }
    },
    upgrade: createUpgrader(options),
  }
}
