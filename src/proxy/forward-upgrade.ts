/**
 * Passes upgrades on with http-proxy 1.18.1, and puts right what it gets wrong: a client that reset during an upgrade threw;
 * an answer that is no upgrade went out with its Transfer-Encoding and without its chunks; hop-by-hop headers passed; doubled
 * slashes in paths collapsed; it loads with a deprecation warning on Node 22 and later.
 */
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type HttpProxyServer from 'http-proxy'
import { unlimitHeaders } from '../listening/index.js'
import type { Destination } from './destination.js'
import { endTogether } from './end-together.js'
import type { ForwarderOptions } from './forwarder-options.js'
import { loadHttpProxy } from './load-http-proxy.js'
import { removeHopByHop } from './outgoing-request.js'
import { relayResponse } from './relay-response.js'
import { responseOn } from './response-on.js'

/** Passes one upgrade on; `head` is what came behind its headers. */
export type Upgrade = (request: IncomingMessage, socket: Socket, head: Buffer, destination: Destination) => void

/** Makes what passes upgrades on. */
export function createUpgrader({ upstream, onFailure, onUpgrade }: ForwarderOptions): Upgrade {
  const destinations = new WeakMap<IncomingMessage, Destination>()
  const proxy = loadHttpProxy().createProxyServer({
    toProxy: true, // takes the path as it is, instead of through the deprecated url.parse
    prependPath: false,
  })

  proxy.on('proxyReqWs', (outgoing, request, socket) => {
    outgoing.path = destinations.get(request)?.path ?? outgoing.path // http-proxy collapses doubled slashes
    unlimitHeaders(outgoing)
    socket.once('close', () => outgoing.destroy())
    // http-proxy's own listener, added right after this one returns, writes the target's Transfer-Encoding over a body
    // that is no longer chunked.
    queueMicrotask(() => {
      outgoing.removeAllListeners('response')
      outgoing.once('response', (incoming) =>
        relayResponse(incoming, responseOn(socket, request), { tap: () => undefined }),
      )
    })
    outgoing.once('upgrade', (_incoming, upstream: Socket) => {
      onUpgrade(request)
      endTogether(socket as Socket, upstream)
    })
  })

  return (request, socket, head, destination) => {
    destinations.set(request, destination)
    removeHopByHop(request, ['upgrade'])
    request.headers.connection = 'Upgrade'
    request.headers.host = destination.host
    const { protocol, hostname, port, auth } = destination
    const options: HttpProxyServer.ServerOptions = {
      target: { protocol, hostname, host: hostname, port },
      agent: upstream.agentFor(protocol, false),
      ...(auth === undefined ? {} : { auth }),
    }
    const onError = (error: Error): void => {
      if (!socket.destroyed) onFailure(error, responseOn(socket, request), destination)
    }
    try {
      proxy.ws(request, socket, head, options, onError)
    } catch (error) {
      onError(error instanceof Error ? error : new Error(String(error)))
    }
  }
}
