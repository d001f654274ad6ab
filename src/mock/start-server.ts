/** The mock's server: HTTP/1.1, or HTTP/2 over TLS; and its end, with every connection. */
import { createServer, type RequestListener } from 'node:http'
import { createSecureServer, type Http2SecureServer, type Http2Session } from 'node:http2'
import type { Socket } from 'node:net'
import { answerPlainHttp, createCertificate, listen, unlimitHeaders } from '../listening/index.js'

type Http2Listener = NonNullable<Parameters<typeof createSecureServer>[1]>

/** What `startServer` takes. */
export interface ServerOptions {
  host: string
  port: number
  http2: boolean
  onRequest: RequestListener
  /** True resets a connection that has just opened. */
  refusesConnection(address: string | undefined): boolean
}

/** A server that listens. */
export interface RunningServer {
  /** Without a slash at the end. */
  readonly url: string
  readonly port: number
  /** Stops listening and cuts what is open. */
  close(): Promise<void>
}

/** More than a mock is for; a program that runs wild does not take all of this machine's. */
const maxConnections = 20_000
/** A request whose header is not complete by then is cut. */
const headersTimeout = 14_000

/**
 * Starts a server.
 *
 * @throws SseCoordError `port-in-use` when the port is taken, `bad-option` when it cannot be listened on.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port, http2, onRequest, refusesConnection } = options
  const server = http2
    ? createSecureServer(
        { ...(await createCertificate(host)), allowHTTP1: true },
        // Requests and responses of HTTP/2 have the methods of those of HTTP/1.1; the types keep them apart.
        onRequest as unknown as Http2Listener,
      )
    : createServer({ headersTimeout, connectionsCheckingInterval: 1000 }, onRequest)
  server.maxConnections = maxConnections
  unlimitHeaders(server)
  const sockets = new Set<Socket>()
  const sessions = new Set<Http2Session>()
  server.on('connection', (socket: Socket) => {
    if (refusesConnection(socket.remoteAddress)) return void socket.resetAndDestroy()
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  if (http2) {
    const secure = server as Http2SecureServer
    secure.on('session', (session) => {
      sessions.add(session)
      session.on('error', () => {}) // of one client; 'close' follows
      session.once('close', () => sessions.delete(session))
    })
    answerPlainHttp(secure)
  }
  const address = await listen(server, host, port)
  return {
    url: `${http2 ? 'https' : 'http'}://${reachable(host)}:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const session of sessions) session.destroy()
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** A name to put in a URL: “every address” is none that can be called. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
