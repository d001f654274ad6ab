/** The HTTP/1.1 dev proxy in reverse mode: one target behind one listener, with a ledger of what passes. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { SseCoordError } from '../error.js'
import { failurePage } from './error-page.js'
import { createForwarder } from './guard.js'
import { Ledger, type RequestEntry, type SocketEntry } from './ledger.js'
import { tapStream } from './stream-tap.js'
import { isOwnAddress, readTarget } from './target.js'

/** What `createProxy` takes. */
export interface ProxyOptions {
  /** The app behind the proxy: an http or https URL. A path in it comes before every requested path. */
  target: string | URL
  /** The address to listen on. Default: `127.0.0.1`, this machine only. */
  host?: string
  /** The port to listen on. Default: 0, any free one. */
  port?: number
}

/** A running proxy. */
export interface Proxy {
  /** Where it listens, without a slash at the end. */
  readonly url: string
  readonly port: number
  readonly ledger: Ledger
  /** Cuts all connections; resolves when none is left. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** A request whose header is not complete within this time is cut; so is a connection that sends none. */
const headersTimeoutMs = 14_000
const timeoutCheckMs = 1000
/** Node's default of 5 s would close connections that a browser still counts as its own. */
const keepAliveTimeoutMs = 300_000

/**
 * Starts a proxy in front of one target.
 *
 * @throws SseCoordError `bad-target` when the target is no http or https URL or the proxy itself; `port-in-use` when
 * the port is taken; `bad-option` when the address cannot be listened on.
 */
export async function createProxy(options: ProxyOptions): Promise<Proxy> {
  const { host = '127.0.0.1', port = 0 } = options
  const target = readTarget(options.target)
  if (port !== 0) refuseItself(target, host, port)

  const ledger = new Ledger()
  const sockets = new Map<Socket, SocketEntry>()
  const requests = new WeakMap<IncomingMessage, RequestEntry>()
  let ownOrigin = ''

  const forwarder = createForwarder({
    target,
    onResponse(incoming, response) {
      const entry = requests.get(response.req)
      return entry && response.req.method !== 'HEAD' ? tapStream(incoming, entry) : undefined
    },
    onFailure(error, response) {
      response.writeHead(502, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
      response.end(failurePage(target.origin, error))
    },
    onUpgrade: (request) => sockets.get(request.socket)?.leave(),
  })

  const server = createServer({
    headersTimeout: headersTimeoutMs,
    connectionsCheckingInterval: timeoutCheckMs,
    keepAliveTimeout: keepAliveTimeoutMs,
  })
  server.on('connection', (socket: Socket) => {
    const entry = ledger.openSocket(ownOrigin)
    sockets.set(socket, entry)
    socket.once('close', () => {
      sockets.delete(socket)
      entry.close()
    })
  })
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const entry = startRequest(request)
    if (entry) response.once('close', () => entry.finish())
    forwarder.forward(request, response)
  })
  server.on('upgrade', (request: IncomingMessage, socket, head) => {
    startRequest(request)
    forwarder.upgrade(request, socket, head)
  })

  function startRequest(request: IncomingMessage): RequestEntry | undefined {
    const entry = sockets.get(request.socket)?.startRequest({
      origin: request.headers.host ? `http://${request.headers.host.toLowerCase()}` : ownOrigin,
      method: request.method ?? '',
      url: request.url ?? '',
      page: request.headers.referer ?? null,
    })
    if (entry) requests.set(request, entry)
    return entry
  }

  let closing: Promise<void> | undefined
  function close(): Promise<void> {
    closing ??= (async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets.keys()) socket.destroy()
      await Promise.all([closed, forwarder.close()])
    })()
    return closing
  }

  const address = await listen(server, host, port)
  ownOrigin = `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`
  try {
    refuseItself(target, host, address.port)
  } catch (error) {
    await close()
    throw error
  }
  return { url: ownOrigin, port: address.port, ledger, close, [Symbol.asyncDispose]: close }
}

function refuseItself(target: URL, host: string, port: number): void {
  if (!isOwnAddress(target, host, port)) return
  throw new SseCoordError('bad-target', `The target ${target.origin} is the proxy's own address.`, {
    hint: 'Give the address of the app as the target, and the proxy another port.',
  })
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)))
    server.listen(port, host, () => resolve(server.address() as AddressInfo))
  })
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): SseCoordError {
  if (error.code === 'EADDRINUSE') {
    return new SseCoordError('port-in-use', `Port ${port} on ${host} is taken by another program.`, {
      hint: 'Choose another port, or 0 for any free one.',
      cause: error,
    })
  }
  return new SseCoordError('bad-option', `The proxy cannot listen on ${host}, port ${port}: ${error.message}`, {
    cause: error,
  })
}
