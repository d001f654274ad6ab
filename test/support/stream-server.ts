import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server with one handler, on a port of its own; gone when closed. */
export interface StreamServer extends AsyncDisposable {
  /** Of the stream. */
  url: string
  origin: string
  /** Responses that are open now. */
  readonly open: number
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void

export async function serve(handler: Handler): Promise<StreamServer> {
  let open = 0
  const server = http.createServer((request, response) => {
    open++
    response.once('close', () => open--)
    handler(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `${origin}/events`,
    origin,
    get open() {
      return open
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export interface SteadyOptions {
  everyMs?: number
  headers?: Record<string, string>
  /** What each connection begins with. Default: a retry with jitter. */
  first?: string
  /** The event of a number. Default: with its id. */
  event?: (number: number) => string
  /** Whether `Last-Event-ID` is heeded. Default: true. */
  resumes?: boolean
}

/** A sound stream, its numbers the same for everybody, with a history and nothing to complain of but what is changed. */
export function steady(options: SteadyOptions = {}): Handler {
  const { everyMs = 100, event = (number) => `id: ${number}\ndata: ${number}\n\n`, resumes = true } = options
  const listeners = new Set<(number: number) => void>()
  let begun: number | undefined
  let sent = 0
  let timer: NodeJS.Timeout | undefined
  const tick = () => {
    // As many as the clock says since somebody came, so that a busy machine makes no gaps.
    while (sent < Math.floor((Date.now() - (begun ?? 0)) / everyMs)) {
      sent++
      for (const listener of listeners) listener(sent)
    }
  }
  return (request, response) => {
    begun ??= Date.now()
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      ...options.headers,
    })
    response.write(options.first ?? `retry: ${2000 + Math.floor(Math.random() * 3000)}\n\n`)
    const last = Number(request.headers['last-event-id'])
    if (resumes && last > 0) for (let number = last + 1; number <= sent; number++) response.write(event(number))
    const listener = (number: number) => void response.write(event(number))
    listeners.add(listener)
    timer ??= setInterval(tick, everyMs)
    response.once('close', () => {
      listeners.delete(listener)
      if (listeners.size > 0) return
      clearInterval(timer)
      timer = undefined
    })
  }
}
