/** The clients' connections, each with its entry in the ledger. */
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { FaultPlan } from '../faults/index.js'
import { decodeLastEventId } from '../sse/last-event-id.js'
import { readRequestTarget } from './destination.js'
import { isHttp2 } from './http2-front.js'
import type { Ledger } from './ledger.js'
import type { RequestEntry, SocketEntry } from './ledger-entries.js'

/** The connections that are open, and the requests on them. */
export interface Connections {
  /** Writes a request down; `undefined` when its connection is gone already. */
  startRequest(request: IncomingMessage, origin: string): RequestEntry | undefined
  /** The entry of a request that was written down. */
  entryOf(request: IncomingMessage): RequestEntry | undefined
  /** The connection has become something else, and is no longer one of those that browsers limit. */
  becomes(socket: Socket, what: 'web-socket' | 'tunnel'): void
  /** Cuts them all. */
  cut(): void
}

interface ConnectionParts {
  ledger: Ledger
  faults: FaultPlan
  /** Whether TLS stands before HTTP. */
  isSecure: boolean
  ownOrigin(): string
}

/** Follows the connections of a server. `ownOrigin` is what they count for until a request names another. */
export function followConnections(
  server: Server,
  { ledger, faults, isSecure, ownOrigin }: ConnectionParts,
): Connections {
  const sockets = new Map<Socket, SocketEntry>()
  /** Behind TLS a request does not know the socket itself, but its other end. */
  const byClient = new Map<string, SocketEntry>()
  const requests = new WeakMap<IncomingMessage, RequestEntry>()

  server.on('connection', (socket: Socket) => {
    if (sockets.has(socket)) return // one whose upgrade is ignored
    if (faults.refusesConnection(socket.remoteAddress)) {
      socket.resetAndDestroy()
      return
    }
    const entry = ledger.openSocket(ownOrigin(), socket.remotePort ?? null)
    const client = isSecure ? clientOf(socket) : ''
    sockets.set(socket, entry)
    if (isSecure) byClient.set(client, entry)
    socket.on('close', () => {
      sockets.delete(socket)
      if (byClient.get(client) === entry) byClient.delete(client)
      entry.close()
    })
  })

  const entryOn = (socket: Socket): SocketEntry | undefined => sockets.get(socket) ?? byClient.get(clientOf(socket))

  return {
    startRequest(request, origin) {
      const entry = entryOn(request.socket)?.startRequest({
        origin,
        client: request.socket.remoteAddress ?? '',
        method: request.method ?? '',
        url: pathOf(request),
        page: request.headers.referer ?? null,
        lastEventId: resumedAt(request),
        isMultiplexed: isHttp2(request),
      })
      if (entry) requests.set(request, entry)
      return entry
    },
    entryOf: (request) => requests.get(request),
    becomes: (socket, what) => entryOn(socket)?.become(what),
    cut() {
      for (const socket of sockets.keys()) socket.destroy()
    },
  }
}

/** The other end of a connection. */
function clientOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}

/** Path and query as requested, without the server's name. */
export function pathOf(request: IncomingMessage): string {
  return readRequestTarget(request)?.path ?? request.url ?? ''
}

/** The id after which a client asks a stream to go on. */
function resumedAt({ headers }: IncomingMessage): string | null {
  const id = headers['last-event-id']
  return id === undefined ? null : decodeLastEventId(String(id))
}
