/** A stream to develop and measure against: an HTTP/1.1 server with one healthy event stream and the caller's own routes. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SseCoordError } from '../error.js'
import { type Channel, createChannel, createSession } from '../server/index.js'

/** Answers one request. What it throws or rejects with becomes a 500. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** Options of `createMock`. */
export interface MockOptions {
  /** The address to listen on. Default: `127.0.0.1`. */
  host?: string
  /** The port. Default: 0, any free one. */
  port?: number
  /** Milliseconds between two events. Default: 1000. */
  everyMs?: number
  /** Most events kept for clients that return. Default: 500. */
  historySize?: number
  /** Silence in milliseconds after which a comment is sent. Default: 15,000. */
  keepAliveMs?: number
  /** The reconnection time sent to clients, in milliseconds. Default: 2000. */
  retryMs?: number
  /** More paths to answer, by exact path without query; they win over the mock's own. */
  routes?: Record<string, RequestHandler>
}

/** What each event's data says. */
export interface MockEvent {
  /** 1 for the first event since the mock was made; also the event's id. */
  seq: number
  /** When it was published, in milliseconds since 1970. */
  sentAt: number
}

/** A running mock. */
export interface Mock {
  /** Such as `http://127.0.0.1:4000`, without a slash at the end. */
  readonly url: string
  readonly port: number
  /** Where the events are published; more can be broadcast. */
  readonly channel: Channel
  /** The `seq` of the latest event. */
  readonly published: number
  /** Stops publishing. Streams stay open. */
  pause(): void
  /** Publishes again, one interval from now. */
  resume(): void
  /** Ends all streams and connections and stops listening. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts a mock.
 *
 * @throws SseCoordError `port-in-use` when the port is taken, `bad-option` when it cannot be listened on or an interval
 * is no time.
 */
export async function createMock(options: MockOptions = {}): Promise<Mock> {
  const { host = '127.0.0.1', everyMs = 1000, routes = {} } = options
  if (!(everyMs > 0 && everyMs <= 2 ** 31 - 1)) {
    throw new SseCoordError('bad-option', `everyMs is a number of milliseconds above zero, not ${everyMs}`)
  }
  const channel: Channel = createChannel(
    options.historySize === undefined ? {} : { history: { size: options.historySize } },
  )
  let published = 0
  let timer: NodeJS.Timeout | undefined
  let closing: Promise<void> | undefined

  function publish(): void {
    published += 1
    const event: MockEvent = { seq: published, sentAt: Date.now() }
    channel.broadcast(event, undefined, { eventId: String(published) })
  }

  function resume(): void {
    if (!closing) timer ??= setInterval(publish, everyMs)
  }

  function pause(): void {
    clearInterval(timer)
    timer = undefined
  }

  function openStream(request: IncomingMessage, response: ServerResponse): void {
    const session = createSession(request, response, {
      ...(options.keepAliveMs === undefined ? {} : { keepAlive: options.keepAliveMs }),
      ...(options.retryMs === undefined ? {} : { retry: options.retryMs }),
    })
    if (session.isConnected && request.method !== 'HEAD') channel.register(session)
  }

  function ping(_request: IncomingMessage, response: ServerResponse): void {
    response.setHeader('Content-Type', 'application/json')
    response.setHeader('Cache-Control', 'no-store')
    response.end('{"ok":true}')
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request)
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined
    if (route) return route(request, response)
    allowOrigin(request, response)
    const own = path === '/events' ? openStream : path === '/ping' ? ping : undefined
    if (!own) return refuse(response, 404, `There is no ${path} here; the stream is at /events.`)
    if (request.method === 'OPTIONS') return allowMethods(request, response)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD, OPTIONS')
      return refuse(response, 405, `${path} takes GET and HEAD.`)
    }
    own(request, response)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else refuse(response, 500, `The handler of ${pathOf(request)} failed: ${String(error)}`)
    })
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, options.port ?? 0)))
    server.listen(options.port ?? 0, host, resolve)
  })
  resume()
  const { port } = server.address() as AddressInfo

  function close(): Promise<void> {
    pause()
    closing ??= channel.close().then(
      () =>
        new Promise<void>((resolve) => {
          server.close(() => resolve())
          server.closeAllConnections()
        }),
    )
    return closing
  }

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    channel,
    get published() {
      return published
    },
    pause,
    resume,
    close,
    [Symbol.asyncDispose]: close,
  }
}

function pathOf(request: IncomingMessage): string {
  const target = request.url ?? '/'
  const query = target.indexOf('?')
  return query < 0 ? target : target.slice(0, query)
}

/** Pages of every origin may read; the origin is named, as credentials do not go with `*`. */
function allowOrigin(request: IncomingMessage, response: ServerResponse): void {
  const { origin } = request.headers
  if (origin === undefined) return
  response.setHeader('Access-Control-Allow-Origin', origin)
  response.setHeader('Access-Control-Allow-Credentials', 'true')
  response.setHeader('Vary', 'Origin')
}

/** A page of another origin asks before it sends `Last-Event-ID` with fetch. */
function allowMethods(request: IncomingMessage, response: ServerResponse): void {
  const wanted = request.headers['access-control-request-headers']
  if (wanted !== undefined) response.setHeader('Access-Control-Allow-Headers', wanted)
  response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD')
  response.setHeader('Allow', 'GET, HEAD, OPTIONS')
  response.writeHead(204).end()
}

function refuse(response: ServerResponse, statusCode: number, text: string): void {
  response.writeHead(statusCode, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' })
  response.end(`${text}\n`)
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): SseCoordError {
  if (error.code === 'EADDRINUSE') {
    return new SseCoordError('port-in-use', `port ${port} on ${host} is taken`, {
      hint: 'stop what listens there, or choose another port; 0 takes any free one',
      cause: error,
    })
  }
  return new SseCoordError('bad-option', `cannot listen on ${host}:${port}: ${error.message}`, { cause: error })
}
