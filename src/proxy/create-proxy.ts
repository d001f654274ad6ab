/** The HTTP/1.1 dev proxy: in front of one target, or as the proxy of a browser; with a ledger of what passes. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { SseCoordError } from '../error.js'
import { createFaultPlan, type FaultPlan, type RequestFaults } from '../faults/index.js'
import { eventStreamMediaType } from '../sse/encode.js'
import { checkLiteral, createAddressRule, hostMatcher } from './address-rule.js'
import { behindTarget, type Destination, namedByRequest, originOf, readRequestTarget } from './destination.js'
import { createLimiter } from './emulate-limit.js'
import { describeFailure, type Failure, loopFailure, notForProxy, sendFailure } from './error-page.js'
import { createForwarder, responseOn } from './guard.js'
import { Ledger, type RequestEntry, type SocketEntry } from './ledger.js'
import { listen } from './listen.js'
import { createLoopMark } from './loop.js'
import { tapStream } from './stream-tap.js'
import { isLocalTarget, readTarget, refuseItself } from './target.js'
import { openTunnel, readAuthority } from './tunnel.js'
import { createUpstream } from './upstream.js'

/** What `createProxy` takes. Either `target` or `forward` is needed. */
export interface ProxyOptions {
  /** Reverse mode: the app behind the proxy, an http or https URL. A path in it comes before every requested path. */
  target?: string | URL
  /** Forward mode: a browser's `--proxy-server`, for requests in absolute form, CONNECT and WebSockets. Default: false. */
  forward?: boolean
  /**
   * Forward mode: names that may be reached though they are not on this machine; `*.example.com` means all below.
   * Default: none.
   */
  allowHosts?: readonly string[]
  /** The address to listen on. Default: `127.0.0.1`, this machine only. */
  host?: string
  /** The port to listen on. Default: 0, any free one. */
  port?: number
  /** At most so many requests at a time per client address and origin, as in a browser. Default: no limit. */
  emulateLimit?: number
  /** What goes wrong on purpose, as `NAME[:VALUE][@WHERE=N]`. Default: nothing. */
  faults?: readonly string[]
  /** Makes random faults repeat. Default: a random seed. */
  seed?: number
  /** At most so many client connections; more are closed at once. Default: 4096. */
  maxConnections?: number
}

/** A running proxy. */
export interface Proxy {
  /** Where it listens, without a slash at the end. */
  readonly url: string
  readonly port: number
  readonly ledger: Ledger
  /** The faults that are on; they can be switched while the proxy runs. */
  readonly faults: FaultPlan
  /** Cuts all connections; resolves when none is left. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** A request whose header is not complete within 15 s is cut, and so is a connection that sends none. */
const headersTimeoutMs = 14_000
const timeoutCheckMs = 1000
/** Node's default of 5 s would close connections that a browser still counts as its own. */
const keepAliveTimeoutMs = 300_000

/**
 * Starts a proxy.
 *
 * @throws SseCoordError `bad-target` when the target is no http or https URL or the proxy itself; `port-in-use` when
 * the port is taken; `bad-option` when an option makes no sense, a fault cannot be read, or the address cannot be listened on.
 */
export async function createProxy(options: ProxyOptions): Promise<Proxy> {
  const { host = '127.0.0.1', port = 0, forward = false, emulateLimit, maxConnections = 4096 } = options
  if (forward === (options.target !== undefined)) {
    throw new SseCoordError('bad-option', 'A proxy needs either a target or forward mode, not both.')
  }
  if (emulateLimit !== undefined && !(Number.isInteger(emulateLimit) && emulateLimit > 0)) {
    throw new SseCoordError('bad-option', `emulateLimit must be a whole number above 0, not ${emulateLimit}.`)
  }
  const target = options.target === undefined ? undefined : readTarget(options.target)
  const listening = { host, port }
  if (target && port !== 0) refuseItself(target, listening)

  const ledger = new Ledger()
  const sockets = new Map<Socket, SocketEntry>()
  const entries = new WeakMap<IncomingMessage, RequestEntry>()
  const faulted = new WeakMap<IncomingMessage, RequestFaults>()
  const faults = createFaultPlan({
    faults: options.faults ?? [],
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  })
  const loopMark = createLoopMark()
  const limiter = createLimiter(emulateLimit ?? Number.POSITIVE_INFINITY)
  const allows = hostMatcher(options.allowHosts ?? [])
  const rule = createAddressRule(() => listening, forward ? allows : () => true)
  const upstream = createUpstream(rule, !target || !isLocalTarget(target))
  let ownOrigin = ''

  const forwarder = createForwarder({
    upstream,
    onResponse: ({ req }) => ({
      tap(head) {
        const entry = entries.get(req)
        return entry && req.method !== 'HEAD' ? tapStream(head, entry) : undefined
      },
      faults: faulted.get(req),
    }),
    onFailure: (error, response, destination) =>
      sendFailure(
        response,
        describeFailure(`${destination.protocol}//${destination.hostname}:${destination.port}`, error),
      ),
    onUpgrade: (request) => sockets.get(request.socket)?.leave(),
  })

  const server = createServer({
    headersTimeout: headersTimeoutMs,
    connectionsCheckingInterval: timeoutCheckMs,
    keepAliveTimeout: keepAliveTimeoutMs,
  })
  server.maxConnections = maxConnections

  server.on('connection', (socket: Socket) => {
    if (faults.refusesConnection()) {
      socket.resetAndDestroy()
      return
    }
    const entry = ledger.openSocket(ownOrigin)
    sockets.set(socket, entry)
    socket.once('close', () => {
      sockets.delete(socket)
      entry.close()
    })
  })

  function onRequest(request: IncomingMessage, response: ServerResponse): void {
    const origin = originNamedBy(request)
    const place = limiter.enter(`${request.socket.remoteAddress} ${origin}`, () => {
      const entry = startRequest(request, origin)
      response.once('close', () => entry?.finish())
      const destination = route(request)
      if ('status' in destination) sendFailure(response, destination)
      else if (!answersInstead(request, response)) forwarder.forward(request, response, destination)
    })
    response.once('close', () => place.release())
  }
  server.on('request', onRequest)
  server.on('checkContinue', onRequest)

  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    startRequest(request, originNamedBy(request))
    const destination = route(request)
    if ('status' in destination) sendFailure(responseOn(socket, request), destination)
    else forwarder.upgrade(request, socket, head, destination)
  })

  server.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const authority = readAuthority(request)
    startRequest(request, originOf('https', request.url ?? ''))
    const refuse = (failure: Failure): void => {
      if (!socket.destroyed) sendFailure(responseOn(socket, request), failure)
    }
    socket.on('error', () => socket.destroy())
    if (!forward || !authority)
      return refuse({ ...notForProxy, title: 'No tunnel', text: 'CONNECT needs a forward proxy and host:port.' })
    const refusal = checkLiteral(rule, authority.hostname, authority.port)
    if (refusal) return refuse(describeFailure(request.url ?? '', refusal))
    openTunnel(upstream, authority, socket, head, {
      onFailure: (error) => refuse(describeFailure(request.url ?? '', error)),
      onPlainText: () => sockets.get(socket)?.leave(),
    })
  })

  /** Has the faults begin with a request; true when one of them answers it, or never will. */
  function answersInstead(request: IncomingMessage, response: ServerResponse): boolean {
    const wantsStream = request.headers.accept?.includes(eventStreamMediaType) ?? false
    const requestFaults = faults.begin({ url: pathOf(request), wantsStream })
    faulted.set(request, requestFaults)
    const { instead } = requestFaults
    if (instead?.kind === 'answer') {
      response.writeHead(instead.status, instead.headers.flat())
      response.end(instead.body)
    }
    return instead !== undefined
  }

  /** Where a request goes, or why it goes nowhere. */
  function route(request: IncomingMessage): Destination | Failure {
    if (loopMark.isOwn(request)) return loopFailure('The request has been through this proxy before.')
    const destination = target ? behindTarget(target, request) : namedByRequest(request)
    if (!destination) return notForProxy
    const refusal = checkLiteral(rule, destination.hostname, destination.port)
    if (refusal) return describeFailure(destination.host, refusal)
    loopMark.add(request)
    return destination
  }

  function originNamedBy(request: IncomingMessage): string {
    const named = forward ? namedByRequest(request) : undefined
    if (named) return originOf(named.protocol === 'https:' ? 'https' : 'http', named.host)
    return request.headers.host ? originOf('http', request.headers.host.toLowerCase()) : ownOrigin
  }

  function startRequest(request: IncomingMessage, origin: string): RequestEntry | undefined {
    const entry = sockets.get(request.socket)?.startRequest({
      origin,
      method: request.method ?? '',
      url: pathOf(request),
      page: request.headers.referer ?? null,
    })
    if (entry) entries.set(request, entry)
    return entry
  }

  let closing: Promise<void> | undefined
  function close(): Promise<void> {
    closing ??= (async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets.keys()) socket.destroy()
      await Promise.all([closed, upstream.close()])
    })()
    return closing
  }

  const address = await listen(server, host, port)
  listening.port = address.port
  ownOrigin = `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`
  try {
    if (target) refuseItself(target, listening)
  } catch (error) {
    await close()
    throw error
  }
  return { url: ownOrigin, port: address.port, ledger, faults, close, [Symbol.asyncDispose]: close }
}

function pathOf(request: IncomingMessage): string {
  return readRequestTarget(request)?.path ?? request.url ?? ''
}
