/** Serves one of fixtures/apps on a port of its own: its files, and a stream at every `/events/…`. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createSecureServer } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate } from 'selfsigned'

const root = fileURLToPath(new URL('../../', import.meta.url))

export interface AppServer extends AsyncDisposable {
  /** With a slash at the end. */
  url: string
  /** How many streams have been asked for, by path. */
  asked: Map<string, number>
  /** Streams that are open now. */
  open(): number
  /** Ends every open stream. */
  cut(): void
  close(): Promise<void>
}

export interface AppServerOptions {
  /** Over HTTP/2 with a certificate of its own. Default: HTTP/1.1 without. */
  http2?: boolean
  /** Further files, by path, before those of the folder. */
  files?: Record<string, string>
  /** Whether `Last-Event-ID` is honoured. Default: true. */
  resumes?: boolean
  /** Answers before anything else; false lets it pass. */
  intercept?: (...values: Parameters<RequestListener>) => boolean
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.map': 'application/json',
}

/** Time between two events of a stream. */
const everyMs = 100

export async function serveApp(name: string, options: AppServerOptions = {}): Promise<AppServer> {
  const folder = path.join(root, 'fixtures', 'apps', name)
  const open = new Set<{ write(text: string): void; end(): void }>()
  const asked = new Map<string, number>()
  const sockets = new Set<Socket>()
  let id = 0
  const write = (stream: { write(text: string): void }, from: number) => {
    for (let next = from; next <= id; next++) stream.write(`id: ${next}\ndata: ${next}\n\n`)
  }
  // One clock for all streams, so that ids count up by one wherever they are read.
  const clock = setInterval(() => {
    id += 1
    for (const stream of open) write(stream, id)
  }, everyMs)

  const answer: RequestListener = (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://app')
    if (options.intercept?.(request, response)) return
    if (pathname.startsWith('/events/')) {
      asked.set(pathname, (asked.get(pathname) ?? 0) + 1)
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      response.write('retry: 200\n\n')
      const last = Number(request.headers['last-event-id'] ?? id)
      if (options.resumes !== false) write(response, last + 1)
      open.add(response)
      response.on('close', () => open.delete(response))
      return
    }
    const body = readBody(folder, pathname, options.files ?? {})
    const type = types[path.extname(pathname) || '.html'] ?? 'text/plain'
    if (body === undefined) response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' }).end(body)
  }

  const server = await createAppServer(answer, options.http2 ?? false)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  async function close(): Promise<void> {
    clearInterval(clock)
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  return {
    url: `${options.http2 ? 'https' : 'http'}://127.0.0.1:${port}/`,
    asked,
    open: () => open.size,
    cut() {
      for (const stream of open) stream.end()
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function readBody(folder: string, pathname: string, files: Record<string, string>): string | undefined {
  if (files[pathname] !== undefined) return files[pathname]
  if (pathname === '/coordinator.global.js') return readFileSync(path.join(root, 'dist/coordinator.global.js'), 'utf8')
  const file = path.join(folder, pathname === '/' ? 'index.html' : pathname)
  return existsSync(file) && statSync(file).isFile() ? readFileSync(file, 'utf8') : undefined
}

async function createAppServer(answer: RequestListener, isSecure: boolean): Promise<Server> {
  if (!isSecure) return createServer(answer)
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], { keySize: 2048 })
  return createSecureServer({ key, cert, allowHTTP1: true }, answer as never) as unknown as Server
}
