/**
 * The server that the coordinator's tests run against: pages, and an event stream as ordinary as can be. It numbers its
 * events, keeps them, and resumes after `Last-Event-ID`; every habit can be changed while it runs.
 */
import { once } from 'node:events'
import http from 'node:http'
import { build } from 'esbuild'
import { encodeEvent } from '../../src/sse/encode.js'
import { decodeLastEventId } from '../../src/sse/last-event-id.js'

export interface StreamServer {
  url: string
  /** Streams that are open now. */
  open: number
  /** The most streams that were ever open at once. */
  mostOpen: number
  /** Streams asked for so far, with what they asked. */
  requests: {
    lastEventId: string | null
    headers: http.IncomingHttpHeaders
    url: string
    method: string
    body: string
  }[]
  /** The id of the last event sent. */
  lastId: number
  habits: Habits
  /** Sends an event to every open stream, and keeps it. */
  send(event?: { type?: string; data?: string }): number
  /** Writes raw text to every open stream. */
  write(text: string): void
  /** Ends every open stream; `rudely` resets the connections. */
  drop(rudely?: boolean): void
  /** Stops listening and cuts everybody off, as a restart does; `listen` comes back on the same port. */
  down(): Promise<void>
  up(): Promise<void>
  close(): Promise<void>
}

export interface Habits {
  /** Sends an event this often; 0 for only by hand. */
  everyMs: number
  /** Answers streams with this instead of 200. */
  status: number | ((request: http.IncomingMessage) => number)
  contentType: string
  /** Resumes after the id asked for; `inclusive` also sends that one again; `all` sends the whole history. */
  resume: 'after' | 'inclusive' | 'all' | 'no'
  withIds: boolean
  retryMs: number | undefined
  redirectTo: string | undefined
  headers: Record<string, string>
}

const bundles = new Map<string, Promise<string>>()

/** One of the coordinator's entry points as a script for a page. */
export function bundle(entry: string, format: 'iife' | 'esm' = 'iife'): Promise<string> {
  const key = `${entry} ${format}`
  const known = bundles.get(key)
  if (known) return known
  const made = build({
    entryPoints: [`src/coordinator/${entry}.ts`],
    bundle: true,
    format,
    target: ['es2022'],
    write: false,
    ...(format === 'iife' && entry !== 'global' && { globalName: 'coordinator' }),
  }).then((result) => result.outputFiles[0]?.text ?? '')
  bundles.set(key, made)
  return made
}

/** `files` are served under their paths, HTML and scripts. */
export async function startStreamServer(
  changes: Partial<Habits> = {},
  files: Record<string, string> = {},
): Promise<StreamServer> {
  const habits: Habits = {
    everyMs: 20,
    status: 200,
    contentType: 'text/event-stream',
    resume: 'after',
    withIds: true,
    retryMs: 200,
    redirectTo: undefined,
    headers: {},
    ...changes,
  }
  const history: { id: number; text: string }[] = []
  const streams = new Set<http.ServerResponse>()
  const scripts: Record<string, string> = {
    '/coordinator.global.js': await bundle('global'),
    '/coordinator.js': await bundle('index', 'esm'),
    ...files,
  }

  const server = http.createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://host')
    const script = scripts[pathname]
    if (script !== undefined) {
      const kind = pathname.endsWith('.html') ? 'html' : 'javascript'
      response.setHeader('content-type', `text/${kind}; charset=utf-8`).end(script)
    } else if (pathname.startsWith('/events')) void stream(request, response, searchParams)
    else if (pathname === '/elsewhere') page(response, 'elsewhere')
    else page(response, '<script src="/coordinator.global.js"></script>')
  })

  function page(response: http.ServerResponse, body: string): void {
    response.setHeader('content-type', 'text/html; charset=utf-8').end(`<!doctype html><title>page</title>${body}`)
  }

  async function stream(request: http.IncomingMessage, response: http.ServerResponse, query: URLSearchParams) {
    const asked = request.headers['last-event-id']
    const lastEventId = typeof asked === 'string' ? decodeLastEventId(asked) : query.get('lastEventId')
    let body = ''
    for await (const chunk of request) body += chunk
    self.requests.push({
      lastEventId,
      headers: request.headers,
      url: request.url ?? '',
      method: request.method ?? '',
      body,
    })
    for (const [name, value] of Object.entries(habits.headers)) response.setHeader(name, value)
    const status = typeof habits.status === 'number' ? habits.status : habits.status(request)
    if (habits.redirectTo && !query.has('redirected')) {
      response.writeHead(307, { location: habits.redirectTo }).end()
      return
    }
    if (status !== 200) {
      response.writeHead(status).end()
      return
    }
    response.writeHead(200, { 'content-type': habits.contentType, 'cache-control': 'no-cache' })
    response.flushHeaders()
    if (habits.retryMs !== undefined) response.write(`retry: ${habits.retryMs}\n\n`)
    const after = Number(lastEventId ?? Number.NaN)
    const from = { after: after + 1, inclusive: after, all: Number.isNaN(after) ? Number.NaN : 0, no: Number.NaN }
    const missed = history.filter(({ id }) => id >= from[habits.resume])
    if (missed.length) response.write(missed.map(({ text }) => text).join(''))
    if (response.destroyed) return
    streams.add(response)
    self.open = streams.size
    self.mostOpen = Math.max(self.mostOpen, self.open)
    response.on('close', () => {
      streams.delete(response)
      self.open = streams.size
    })
  }

  const self: StreamServer = {
    url: '',
    open: 0,
    mostOpen: 0,
    requests: [],
    lastId: 0,
    habits,
    send({ type, data } = {}) {
      const id = ++self.lastId
      const text = encodeEvent({
        ...(type !== undefined && { event: type }),
        ...(habits.withIds && { id: String(id) }),
        data: data ?? JSON.stringify({ n: id }),
      })
      history.push({ id, text })
      self.write(text)
      return id
    },
    write(text) {
      for (const response of streams) response.write(text)
    },
    drop(rudely) {
      for (const response of streams) {
        if (rudely) response.socket?.resetAndDestroy()
        else response.end()
      }
    },
    async down() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
    async up() {
      server.listen(Number(new URL(self.url).port), '127.0.0.1')
      await once(server, 'listening')
    },
    async close() {
      clearTimeout(timer)
      if (server.listening) await self.down()
    },
  }

  let timer: NodeJS.Timeout | undefined
  let due = performance.now()
  function tick(): void {
    if (habits.everyMs > 0) {
      // As many as are due: a busy machine must not slow the stream down.
      for (; due <= performance.now(); due += habits.everyMs) self.send()
    } else due = performance.now()
    timer = setTimeout(tick, Math.max(5, Math.min(habits.everyMs || 20, due - performance.now())))
  }
  tick()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  self.url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  return self
}
