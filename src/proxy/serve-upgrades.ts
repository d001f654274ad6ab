/** Takes in what is no plain request: upgrades to WebSocket, and CONNECT. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { checkLiteral } from './address-rule.js'
import type { Connections } from './connections.js'
import { originOf } from './destination.js'
import { describeFailure, type Failure, noBodyExpected, noTunnel, sendFailure } from './error-page.js'
import type { Forwarder } from './forwarder.js'
import { isHttp2 } from './http2-front.js'
import { ignoreUpgrade } from './ignore-upgrade.js'
import { announcesBody, isWebSocket } from './outgoing-request.js'
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
  /** Takes in what is a plain request after all. */
  server: Server
  ownOrigin(): string
}

/** Called with a request, its connection, and the first bytes behind the request. */
export type OnUpgrade = (request: IncomingMessage, socket: Socket, head: Buffer) => void

/** Answers upgrades. */
export function serveUpgrades(parts: UpgradeParts): OnUpgrade {
  const { connections, forwarder, router, server, ownOrigin } = parts
  return (request, socket, head) => {
    if (!isWebSocket(request)) return ignoreUpgrade(server, request, socket, head)
    // Without a listener a reset that comes before the target answers would be thrown.
    socket.on('error', () => socket.destroy())
    connections.startRequest(request, router.originNamedBy(request, ownOrigin()))
    const destination = router.route(request)
    if ('status' in destination) sendFailure(responseOn(socket, request), destination)
    // What follows would be the body to one reader, and the first of the new protocol to the next.
    else if (announcesBody(request)) sendFailure(responseOn(socket, request), noBodyExpected)
    else forwarder.upgrade(request, socket, head, destination)
  }
}

/** Answers CONNECT; a reverse proxy, which is not `open`, refuses it. */
export function serveTunnels({ connections, router, upstream }: UpgradeParts, open: boolean): OnUpgrade {
  return (request, socket, head) => {
    // Over HTTP/2 there is no connection of its own: in its place Node hands over the response.
    if (isHttp2(request)) return sendFailure(socket as unknown as ServerResponse, noTunnel)
    const authority = readAuthority(request)
    connections.startRequest(request, originOf('https', request.url ?? ''))
    const refuse = (failure: Failure): void => {
      if (!socket.destroyed) sendFailure(responseOn(socket, request), failure)
    }
    socket.on('error', () => socket.destroy())
    if (!open || !authority) return refuse(noTunnel)
    const refusal = checkLiteral(router.rule, authority.hostname, authority.port)
    if (refusal) return refuse(describeFailure(request.url ?? '', refusal))
    openTunnel(upstream, authority, socket, head, {
      onFailure: (error) => refuse(describeFailure(request.url ?? '', error)),
      onTls: () => connections.becomes(socket, 'tunnel'),
      onPlainText: () => connections.becomes(socket, 'web-socket'),
    })
  }
}
