/** Gives each connection one of the six slots of its origin, and lets it keep it while it is open. */
import { connectionsPerOrigin } from '../../evidence/ledger.js'
import type { Ledger } from '../ledger.js'
import type { LedgerEvents } from '../ledger-events.js'
import type { Slot } from './messages.js'

interface Connection {
  socket: number
  origin: string
  requests: Map<number, { text: string; at: number }>
  streams: Map<number, { text: string; at: number }>
  since: number
}

/** Follows a ledger's connections. */
export interface Slots {
  /** At least six, in the order of their places; connections beyond six come behind. */
  of(origin: string): Slot[]
  close(): void
}

/** Begins to follow. Connections that were open before take a slot with their next request. */
export function followSlots(ledger: Ledger): Slots {
  const connections = new Map<number, Connection>()
  const places = new Map<string, (Connection | undefined)[]>()

  function take(socket: number, origin: string, at: number): Connection {
    const known = connections.get(socket)
    if (known?.origin === origin) return known
    leave(socket)
    const connection = known ?? { socket, origin, requests: new Map(), streams: new Map(), since: at }
    connection.origin = origin
    connections.set(socket, connection)
    const row = places.get(origin) ?? []
    places.set(origin, row)
    const free = row.indexOf(undefined)
    row[free < 0 ? row.length : free] = connection
    return connection
  }

  function leave(socket: number): void {
    const connection = connections.get(socket)
    if (!connection) return
    connections.delete(socket)
    const row = places.get(connection.origin) ?? []
    const place = row.indexOf(connection)
    row[place] = undefined
    // Whoever stands beyond the sixth moves up: it came just before another one left.
    if (place < connectionsPerOrigin && row.length > connectionsPerOrigin) {
      row[place] = row[connectionsPerOrigin]
      row.splice(connectionsPerOrigin, 1)
    }
    while (row.length > 0 && row.at(-1) === undefined) row.pop()
    if (row.length === 0) places.delete(connection.origin)
  }

  const listeners: { [Name in keyof LedgerEvents]?: (...event: LedgerEvents[Name]) => void } = {
    'socket-opened': ({ socket, origin, at }) => void take(socket, origin, at),
    'socket-changed': ({ socket, to }) => {
      if (to === 'web-socket') leave(socket)
    },
    'socket-closed': ({ socket }) => leave(socket),
    'request-started': ({ request, socket, origin, method, url, at }) => {
      take(socket, origin, at).requests.set(request, { text: `${method} ${url}`, at })
    },
    'request-finished': ({ request, socket, at }) => {
      const connection = connections.get(socket)
      connection?.requests.delete(request)
      if (connection) connection.since = at
    },
    'stream-opened': ({ number, socket = 0, url, openedAt }) => {
      connections.get(socket)?.streams.set(number, { text: url, at: openedAt })
    },
    'stream-closed': ({ number, socket = 0 }) => void connections.get(socket)?.streams.delete(number),
  }
  for (const [name, listener] of Object.entries(listeners)) ledger.on(name as keyof LedgerEvents, listener as never)

  return {
    of(origin) {
      const row = places.get(origin) ?? []
      const length = Math.max(connectionsPerOrigin, row.length)
      return Array.from({ length }, (_, index) => slotOf(row[index])).filter(
        (slot, index) => index < connectionsPerOrigin || slot.kind !== 'free',
      )
    },
    close() {
      for (const [name, listener] of Object.entries(listeners))
        ledger.off(name as keyof LedgerEvents, listener as never)
    },
  }
}

function slotOf(connection: Connection | undefined): Slot {
  if (!connection) return { kind: 'free', socket: 0, request: null, stream: null, since: 0 }
  const { socket, since } = connection
  const [stream] = connection.streams
  if (stream) {
    const [number, { text, at }] = stream
    return { kind: 'stream', socket, request: withOthers(text, connection.streams.size), stream: number, since: at }
  }
  const [request] = connection.requests.values()
  if (request) {
    const { text, at } = request
    return { kind: 'busy', socket, request: withOthers(text, connection.requests.size), stream: null, since: at }
  }
  return { kind: 'idle', socket, request: null, stream: null, since }
}

/** Over HTTP/2 one connection carries many. */
function withOthers(text: string, count: number): string {
  return count > 1 ? `${text} and ${count - 1} more` : text
}
