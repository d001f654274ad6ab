/** Takes in what is no plain request: upgrades to WebSocket, and CONNECT. */
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { checkLiteral } from './address-rule.js'
import type { Connections } from './connections.js'
import { originOf } from './destination.js'
import { describeFailure, type Failure, notForProxy, sendFailure } from './error-page.js'
import type { Forwarder } from './forwarder.js'
import { responseOn } from './response-on.js'
import type { Router } from './router.js'
import { openTunnel, readAuthority } from './tunnel.js'
import type { Upstream } from './upstream.js'

/** The parts that take part. */
export interface UpgradeParts {
  connections: Connections
  forwarder: Forwarder
  router: Router
  upstream: Upstream
  ownOrigin(): string
}

/** Called with a request, its connection, and the first bytes behind the request. */
export type OnUpgrade = (request: IncomingMessage, socket: Socket, head: Buffer) => void

/** Answers upgrades. */
export function serveUpgrades({ connections, forwarder, router, ownOrigin }: UpgradeParts): OnUpgrade {
  return (request, socket, head) => {
    connections.startRequest(request, router.originNamedBy(request, ownOrigin()))
    const destination = router.route(request)
    if ('status' in destination) sendFailure(responseOn(socket, request), destination)
    else forwarder.upgrade(request, socket, head, destination)
  }
}

/** Answers CONNECT; a reverse proxy, which is not `open`, refuses it. */
export function serveTunnels({ connections, router, upstream }: UpgradeParts, open: boolean): OnUpgrade {
  return (request, socket, head) => {
    const authority = readAuthority(request)
    connections.startRequest(request, originOf('https', request.url ?? ''))
    const refuse = (failure: Failure): void => {
      if (!socket.destroyed) sendFailure(responseOn(socket, request), failure)
    }
    socket.on('error', () => socket.destroy())
    if (!open || !authority)
      return refuse({ ...notForProxy, title: 'No tunnel', text: 'CONNECT needs a forward proxy and host:port.' })
    const refusal = checkLiteral(router.rule, authority.hostname, authority.port)
    if (refusal) return refuse(describeFailure(request.url ?? '', refusal))
    openTunnel(upstream, authority, socket, head, {
      onFailure: (error) => refuse(describeFailure(request.url ?? '', error)),
      onTls: () => connections.becomes(socket, 'tunnel'),
      onPlainText: () => connections.becomes(socket, 'web-socket'),
    })
  }
}
