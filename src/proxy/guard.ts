/**
 * The guard around http-proxy 1.18.1: it makes the outgoing requests and the upgrades, everything that it gets wrong
 * with streams is put right here. Cured: a client that leaves did not end the upstream request; an upstream that dies
 * mid-stream was not passed on; headers waited for the first chunk; the body of a chunked DELETE or OPTIONS went out
 * unframed, as a second request; hop-by-hop headers passed; trailers and interim responses did not; Expect was answered
 * twice; doubled slashes in paths collapsed; a kept connection that the target had closed gave an error; a client that
 * reset during an upgrade threw; it loads with a deprecation warning on Node 22 and later.
 */
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type HttpProxyServer from 'http-proxy'
import type { Destination } from './destination.js'
import { endTogether } from './end-together.js'
import { lengthRequired, sendFailure } from './error-page.js'
import { rawPairs } from './hop-by-hop.js'
import { loadHttpProxy } from './load-http-proxy.js'
import { isCut, isRepeatable, mayHaveTrailers, removeHopByHop, wouldBeUnframed } from './outgoing-request.js'
import { ParserBypass } from './parser-bypass.js'
import { relayInterim } from './relay-interim.js'
import { type RelayOptions, relayResponse } from './relay-response.js'
import { responseOn } from './response-on.js'
import { wantsEventStream } from './stream-tap.js'
import type { Upstream } from './upstream.js'

/** What the guard tells its owner. */
export interface ForwarderOptions {
  upstream: Upstream
  /** The target's response headers have come: what takes part in passing the response on. */
  onResponse(response: ServerResponse): RelayOptions
  /** The target could not be reached or died before it answered; the response is still unwritten. */
  onFailure(error: Error, response: ServerResponse, destination: Destination): void
  /** The target agreed to an upgrade. */
  onUpgrade(request: IncomingMessage): void
}

/** Passes requests and upgrades on. */
export interface Forwarder {
  forward(request: IncomingMessage, response: ServerResponse, destination: Destination): void
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, destination: Destination): void
}

const nothing = Buffer.alloc(0)

interface Exchange {
  destination: Destination
  outgoing?: ClientRequest
  incoming?: IncomingMessage
  awaitsContinue: boolean
  wantsTrailers: boolean
  bypass?: ParserBypass | undefined
}

/** Makes the forwarder. */
export function createForwarder(options: ForwarderOptions): Forwarder {
  const exchanges = new WeakMap<IncomingMessage, Exchange>()
  const proxy = loadHttpProxy().createProxyServer({
    toProxy: true, // takes the path as it is, instead of through the deprecated url.parse
    prependPath: false,
    selfHandleResponse: true,
  })

  proxy.on('proxyReq', (outgoing, request, response) => {
    const exchange = exchanges.get(request)
    if (!exchange) return
    exchange.outgoing = outgoing
    outgoing.path = exchange.destination.path // http-proxy collapses doubled slashes
    cutWhenClientLeaves(outgoing, response)
    relayInterim(outgoing, request, response)
    if (wantsEventStream(request)) exchange.bypass = ParserBypass.of(outgoing)
    if (mayHaveTrailers(request)) passTrailers(request, outgoing)
    if (exchange.wantsTrailers) {
      outgoing.setHeader('te', 'trailers')
      outgoing.setHeader('connection', 'keep-alive, te')
    }
    if (exchange.awaitsContinue) {
      // Set this late because http-proxy tells nobody of a request with Expect.
      outgoing.setHeader('expect', '100-continue')
      outgoing.write(nothing)
    }
  })
  proxy.on('proxyRes', (incoming, request, response) => {
    const exchange = exchanges.get(request)
    if (exchange) exchange.incoming = incoming
    try {
      relayResponse(incoming, response, options.onResponse(response), exchange?.bypass)
    } catch (error) {
      incoming.destroy()
      fail(error, response)
    }
  })
  proxy.on('proxyReqWs', (outgoing, request, socket) => {
    const exchange = exchanges.get(request)
    if (exchange) outgoing.path = exchange.destination.path
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
      options.onUpgrade(request)
      endTogether(socket as Socket, upstream)
    })
  })

  function fail(reason: unknown, response: ServerResponse): void {
    const exchange = exchanges.get(response.req)
    // Whoever relays the response breaks it off.
    if (response.headersSent && exchange?.incoming) exchange.incoming.destroy()
    else if (response.headersSent || response.destroyed || !exchange) response.destroy()
    else if (exchange.outgoing?.reusedSocket && isRepeatable(response.req) && isCut(reason)) {
      // The target closed a kept connection as the request went out: RFC 9110, section 9.2.2.
      send(response.req, response, exchange)
    } else
      options.onFailure(reason instanceof Error ? reason : new Error(String(reason)), response, exchange.destination)
  }

  function send(request: IncomingMessage, response: ServerResponse, exchange: Exchange): void {
    try {
      proxy.web(request, response, proxyOptions(exchange.destination), (error) => fail(error, response))
    } catch (error) {
      fail(error, response)
    }
  }

  function proxyOptions({ protocol, hostname, port, auth }: Destination): HttpProxyServer.ServerOptions {
    const target = { protocol, hostname, host: hostname, port }
    return { target, agent: options.upstream.agentFor(protocol), ...(auth === undefined ? {} : { auth }) }
  }

  function forward(request: IncomingMessage, response: ServerResponse, destination: Destination): void {
    if (wouldBeUnframed(request)) {
      sendFailure(response, lengthRequired)
      return
    }
    const { headers } = request
    const exchange = {
      destination,
      awaitsContinue: /^100-continue$/i.test(headers.expect ?? ''),
      wantsTrailers: /(^|,)\s*trailers\s*(,|$)/i.test(String(headers.te ?? '')),
    }
    exchanges.set(request, exchange)
    removeHopByHop(request, ['transfer-encoding'])
    headers.host = destination.host
    delete headers.expect
    send(request, response, exchange)
  }

  return {
    forward,
    upgrade(request, socket, head, destination) {
      // Without a listener a reset that comes before the target answers would be thrown.
      socket.on('error', () => socket.destroy())
      if (!/^websocket$/i.test(request.headers.upgrade ?? '') || request.method !== 'GET') {
        // An upgrade may be ignored: RFC 9110, section 7.8. curl offers h2c with every request under --http2.
        const response = responseOn(socket as Socket, request)
        forward(request, response, destination)
        return
      }
      exchanges.set(request, { destination, awaitsContinue: false, wantsTrailers: false })
      removeHopByHop(request, ['upgrade'])
      request.headers.connection = 'Upgrade'
      request.headers.host = destination.host
      const onError = (error: Error): void => {
        if (!socket.destroyed) options.onFailure(error, responseOn(socket as Socket, request), destination)
      }
      try {
        proxy.ws(request, socket, head, proxyOptions(destination), onError)
      } catch (error) {
        onError(error instanceof Error ? error : new Error(String(error)))
      }
    },
  }
}

function passTrailers(request: IncomingMessage, outgoing: ClientRequest): void {
  // Before http-proxy's own listener, which ends the outgoing request.
  request.prependListener('end', () => {
    if (request.rawTrailers.length > 0) outgoing.addTrailers(rawPairs(request.rawTrailers))
  })
}

function cutWhenClientLeaves(outgoing: ClientRequest, response: ServerResponse): void {
  const cut = (): void => {
    if (!response.writableFinished) outgoing.destroy()
  }
  if (response.destroyed) cut()
  else response.once('close', cut)
}
