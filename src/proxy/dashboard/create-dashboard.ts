/** The dashboard: a web page on a port of its own, which shows a proxy at work and switches its faults. */
import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { listen, unlimitHeaders } from '../../listening/index.js'
import type { Injection } from '../inject/index.js'
import type { Proxy as DevProxy } from '../proxy.js'
import { loadAssets } from './assets.js'
import { createFeed } from './feed.js'
import { createGate } from './gate.js'
import { readState } from './read-state.js'
import { createRoutes } from './routes.js'
import { followSlots } from './slots.js'

/** Options of `createDashboard`. */
export interface DashboardOptions {
  /** The port to listen on, on 127.0.0.1. Default: 0, any free one. */
  port?: number
  /** The proxy's injection, so that the page can show what it does and switch it. Default: none. */
  injection?: Injection
  /** Gives the HAR that the page offers for download. Default: none is offered. */
  har?: () => unknown
}

/** A running dashboard. */
export interface Dashboard {
  /** Its address, with the token behind the `#`: for one's own browser only. */
  readonly url: string
  readonly port: number
  /** Needed for changes, as `Authorization: Bearer …`. */
  readonly token: string
  /** Cuts all connections; resolves when none is left. The proxy goes on. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const mostConnections = 64
const headersTimeoutMs = 10_000
const requestTimeoutMs = 15_000

/**
 * Starts a dashboard for a proxy.
 *
 * @throws SseCoordError `port-in-use` when the port is taken; `bad-option` when it cannot be listened on.
 */
export async function createDashboard(proxy: DevProxy, options: DashboardOptions = {}): Promise<Dashboard> {
  const { injection = null, har = null } = options
  const assets = await loadAssets()
  const slots = followSlots(proxy.ledger)
  const state = () => ({ ...readState(proxy, slots, injection), hasHar: har !== null })
  const feed = createFeed(proxy, injection, state)
  let port = 0
  const gate = createGate(() => port)

  const server = createServer({
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: 1000,
  })
  server.maxConnections = mostConnections
  unlimitHeaders(server)
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('request', createRoutes({ proxy, injection, assets, gate, feed, readState: state, readHar: har }))

  let closing: Promise<void> | undefined
  function close(): Promise<void> {
    closing ??= (async () => {
      slots.close()
      await feed.close()
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    })()
    return closing
  }

  try {
    port = (await listen(server, '127.0.0.1', options.port ?? 0)).port
  } catch (error) {
    slots.close()
    await feed.close()
    throw error
  }
  const url = `http://127.0.0.1:${port}/#token=${gate.token}`
  return { url, port, token: gate.token, close, [Symbol.asyncDispose]: close }
}
