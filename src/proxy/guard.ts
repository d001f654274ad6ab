/**
 * The guard around http-proxy 1.18.1: it makes the outgoing requests and the upgrades, everything that it gets wrong
 * with streams is put right here. Cured: a client that leaves did not end the upstream request; an upstream that dies
 * mid-stream was not passed on; headers waited for the first chunk; the body of a chunked DELETE or OPTIONS went out
 * unframed, as a second request; hop-by-hop headers passed; doubled slashes in paths collapsed; a client that reset
 * during an upgrade threw; it loads with a deprecation warning on Node 22 and later.
 */
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, ServerResponse } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import util from 'node:util'
import type HttpProxyServer from 'http-proxy'
import { hopByHopTest } from './hop-by-hop.js'
import { relayResponse } from './relay-response.js'
import type { ChunkWatcher } from './stream-tap.js'
import { targetBasePath, targetOptions } from './target.js'

/** What the guard tells its owner. */
export interface ForwarderOptions {
  target: URL
  /** The target's response headers have come; what is returned sees each chunk of the body. */
  onResponse(incoming: IncomingMessage, response: ServerResponse): ChunkWatcher | undefined
  /** The target could not be reached or died before it answered; the response is still unwritten. */
  onFailure(error: Error, response: ServerResponse): void
  /** The target agreed to an upgrade. */
  onUpgrade(request: IncomingMessage): void
}

/** Passes requests and upgrades on to one target. */
export interface Forwarder {
  forward(request: IncomingMessage, response: ServerResponse): void
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Cuts all connections to the target. */
  close(): Promise<void>
}

/** Makes the forwarder for one target. */
export function createForwarder(options: ForwarderOptions): Forwarder {
  const { target } = options
  const upstreamSockets = new Set<Duplex>()
  const agent = createAgent(target, upstreamSockets)
  const proxy = loadHttpProxy().createProxyServer({
    target: targetOptions(target),
    toProxy: true, // takes the path as it is, instead of through the deprecated url.parse
    prependPath: false,
    selfHandleResponse: true,
    agent,
    ...(target.username === ''
      ? {}
      : { auth: `${decodeURIComponent(target.username)}:${decodeURIComponent(target.password)}` }),
  })

  proxy.on('proxyReq', (outgoing, request, response) => {
    outgoing.path = targetBasePath(target) + pathOf(request) // http-proxy collapses doubled slashes
    cutWhenClientLeaves(outgoing, response)
  })
  proxy.on('proxyRes', (incoming, _request, response) => {
    try {
      relayResponse(incoming, response, options.onResponse(incoming, response))
    } catch (error) {
      incoming.destroy()
      fail(error, response)
    }
  })
  proxy.on('proxyReqWs', (outgoing, request, socket) => {
    outgoing.path = targetBasePath(target) + pathOf(request)
    socket.once('close', () => outgoing.destroy())
    // http-proxy's own listener, added right after this one returns, writes the target's Transfer-Encoding over a body
    // that is no longer chunked.
    queueMicrotask(() => {
      outgoing.removeAllListeners('response')
      outgoing.once('response', (incoming) => refuseUpgrade(incoming, request, socket))
    })
    outgoing.once('upgrade', (_incoming, upstream: Duplex) => {
      options.onUpgrade(request)
      socket.once('close', () => upstream.destroy())
      upstream.once('close', () => socket.destroy())
    })
  })

  function fail(error: unknown, response: ServerResponse): void {
    if (response.headersSent || response.destroyed) response.destroy()
    else options.onFailure(error instanceof Error ? error : new Error(String(error)), response)
  }

  /** The target answered an upgrade with an ordinary response: it passes like any other, and the connection ends. */
  function refuseUpgrade(incoming: IncomingMessage, request: IncomingMessage, socket: Socket): void {
    relayResponse(incoming, responseOn(socket, request), undefined)
  }

  function forward(request: IncomingMessage, response: ServerResponse): void {
    if (wouldBeUnframed(request)) {
      response.writeHead(411, { connection: 'close', 'content-type': 'text/plain; charset=utf-8' })
      response.end('A DELETE or OPTIONS request with a body needs a Content-Length here.\n')
      return
    }
    removeHopByHop(request, ['transfer-encoding'])
    delete request.headers.expect // Node has already said 100 Continue
    try {
      proxy.web(request, response, {}, (error) => fail(error, response))
    } catch (error) {
      fail(error, response)
    }
  }

  return {
    forward,
    upgrade(request, socket, head) {
      // Without a listener a reset that comes before the target answers would be thrown.
      socket.on('error', () => socket.destroy())
      if (!/^websocket$/i.test(request.headers.upgrade ?? '') || request.method !== 'GET') {
        // An upgrade may be ignored: RFC 9110, section 7.8. curl offers h2c with every request under --http2.
        const response = responseOn(socket as Socket, request)
        forward(request, response)
        return
      }
      removeHopByHop(request, ['connection', 'upgrade'])
      request.headers.connection = 'Upgrade'
      proxy.ws(request, socket, head, {}, (error) => {
        if (socket.destroyed) return
        options.onFailure(error, responseOn(socket as Socket, request))
      })
    },
    async close() {
      const closed = [...upstreamSockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)))
      agent.destroy()
      for (const socket of upstreamSockets) socket.destroy()
      await Promise.all(closed)
    },
  }
}

/** Loads http-proxy with `Object.assign` where it looks for the deprecated `util._extend`, which warns when called. */
function loadHttpProxy(): typeof HttpProxyServer {
  const utilities = util as unknown as Record<string, unknown>
  const deprecated = Object.getOwnPropertyDescriptor(utilities, '_extend')
  Object.defineProperty(utilities, '_extend', { value: Object.assign, configurable: true, writable: true })
  try {
    return createRequire(import.meta.url)('http-proxy') as typeof HttpProxyServer
  } finally {
    if (deprecated) Object.defineProperty(utilities, '_extend', deprecated)
  }
}

/** Connections are kept alive and, unlike Node's and httpxy's defaults, not limited: a stream must not wait for one. */
function createAgent(target: URL, sockets: Set<Duplex>): HttpAgent {
  const isSecure = target.protocol === 'https:'
  const agent = isSecure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true })
  const createConnection = agent.createConnection.bind(agent)
  agent.createConnection = (connection, callback) => {
    const socket = createConnection(connection, callback)
    if (socket) {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    }
    return socket
  }
  return agent
}

function cutWhenClientLeaves(outgoing: ClientRequest, response: ServerResponse): void {
  const cut = (): void => {
    if (!response.writableFinished) outgoing.destroy()
  }
  if (response.destroyed) cut()
  else response.once('close', cut)
}

/** http-proxy removes Transfer-Encoding from these and then sends the body all the same. */
function wouldBeUnframed(request: IncomingMessage): boolean {
  return (
    (request.method === 'DELETE' || request.method === 'OPTIONS') &&
    request.headers['transfer-encoding'] !== undefined &&
    request.headers['content-length'] === undefined
  )
}

/** `kept` names those that http-proxy needs: it frames the outgoing body by them. */
function removeHopByHop(request: IncomingMessage, kept: readonly string[]): void {
  const isHopByHop = hopByHopTest(request.headers.connection)
  for (const name of Object.keys(request.headers)) {
    if (isHopByHop(name) && !kept.includes(name)) delete request.headers[name]
  }
}

/** The path as requested; of an absolute form (RFC 9112, section 3.2.2) only path and query. */
function pathOf(request: IncomingMessage): string {
  const url = request.url ?? '/'
  return /^https?:\/\//i.test(url) ? url.replace(/^https?:\/\/[^/?#]*/i, '') || '/' : url
}

/** An ordinary response on the connection of an upgrade request; it ends the connection. */
function responseOn(socket: Socket, request: IncomingMessage): ServerResponse {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(socket)
  response.once('finish', () => {
    response.detachSocket(socket)
    socket.end()
  })
  return response
}
