/** The exchanges that have passed, as HAR 1.2 with the events of streams, within bounds and without secrets. */
import { STATUS_CODES } from 'node:http'
import type { StreamSnapshot } from '../evidence/ledger.js'
import { redactHeaders, redactUrl } from '../evidence/redact.js'
import { roundMs } from '../evidence/round-ms.js'
import type { ResponseHead } from '../faults/index.js'
import { tool } from '../package.js'
import { epochNow } from './clock.js'
import { pathOf } from './connections.js'
import type { ExchangeStart } from './exchanges.js'
import type { Har, HarEntry, HarField } from './har-format.js'
import { headerOf } from './header-of.js'
import { rawPairs } from './hop-by-hop.js'
import type { Proxy as DevProxy } from './proxy.js'

/** A log that is written for a HAR file. */
export interface HarLog {
  /** What has passed so far; streams that are open are in it with what they carried until now. */
  read(): Har
  /** Writes no more down. */
  close(): void
}

/** Options of `createHarLog`. */
export interface HarOptions {
  /** Exchanges kept, of whose URLs and headers no more than 32 million characters; the oldest go first. Default: 5000. */
  mostEntries?: number
}

interface Exchange {
  startedAt: number
  httpVersion: string
  method: string
  url: string
  requestHeaders: HarField[]
  client: string
  head: ResponseHead | null
  headAt: number
  status: number
  closedAt: number | null
  stream: number | null
  /** Characters of URL and headers. */
  size: number
  isDropped: boolean
}

/** URLs and headers may be long: of so many characters in all the oldest go, too. */
const mostCharacters = 32_000_000

/** Begins to write down what passes a proxy. Events are those that its capture still has: see `captureBytes`. */
export function createHarLog(proxy: DevProxy, { mostEntries = 5000 }: HarOptions = {}): HarLog {
  const exchanges: Exchange[] = []
  let dropped = 0
  let characters = 0

  function add(exchange: Exchange, size: number): void {
    if (exchange.isDropped) return
    exchange.size += size
    characters += size
    while (exchanges.length > mostEntries || characters > mostCharacters) {
      const oldest = exchanges.shift()
      if (!oldest) break
      oldest.isDropped = true
      characters -= oldest.size
      dropped++
    }
  }

  const leave = proxy.watchExchanges((start) => {
    const exchange = beginExchange(start)
    exchanges.push(exchange)
    add(exchange, exchange.url.length + lengthOf(start.request.rawHeaders))
    return {
      head(head, at, stream) {
        Object.assign(exchange, { head, headAt: at, stream })
        add(exchange, lengthOf(head.headers.flat(2)))
      },
      close(status, at) {
        Object.assign(exchange, { status, closedAt: at })
      },
    }
  })
  return {
    read() {
      const now = epochNow()
      const streams = new Map(proxy.ledger.streams().map((stream) => [stream.number, stream]))
      const entries = exchanges.map((exchange) => {
        const stream = exchange.stream === null ? undefined : streams.get(exchange.stream)
        return entryOf(exchange, now, stream && { stream, events: proxy.capture.events(stream.number) })
      })
      const comment = dropped > 0 ? { comment: `${dropped} older exchanges are not in it.` } : {}
      return { log: { version: '1.2', creator: tool, pages: [], entries, ...comment } }
    },
    close: leave,
  }
}

function beginExchange({ request, origin, at }: ExchangeStart): Exchange {
  return {
    startedAt: at,
    httpVersion: request.httpVersionMajor === 2 ? 'HTTP/2.0' : `HTTP/${request.httpVersion}`,
    method: request.method ?? '',
    url: redactUrl(origin + pathOf(request)),
    requestHeaders: fieldsOf(rawPairs(request.rawHeaders)),
    client: `${request.socket.remotePort ?? ''}`,
    head: null,
    headAt: at,
    status: 0,
    closedAt: null,
    stream: null,
    size: 0,
    isDropped: false,
  }
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, { length }) => sum + length, 0)
}

interface Carried {
  stream: StreamSnapshot
  events: ReturnType<DevProxy['capture']['events']>
}

function entryOf(exchange: Exchange, now: number, carried: Carried | undefined): HarEntry {
  const { startedAt, headAt, head, method, url, httpVersion, requestHeaders } = exchange
  const end = exchange.closedAt ?? now
  const status = head?.status ?? exchange.status
  const length = head && headerOf(head, 'content-length')
  const size = carried ? carried.stream.bytes : length ? Number(length) : -1
  return {
    startedDateTime: new Date(startedAt).toISOString(),
    time: roundMs(end - startedAt),
    request: {
      method,
      url,
      httpVersion,
      cookies: [],
      headers: requestHeaders,
      queryString: queryOf(url),
      headersSize: -1,
      bodySize: -1,
    },
    response: {
      status,
      statusText: STATUS_CODES[status] ?? '',
      httpVersion,
      cookies: [],
      headers: fieldsOf(head?.headers ?? []),
      content: { size, mimeType: (head && headerOf(head, 'content-type')) ?? '' },
      redirectURL: redactUrl((head && headerOf(head, 'location')) ?? ''),
      headersSize: -1,
      bodySize: size,
    },
    cache: {},
    timings: {
      blocked: -1,
      dns: -1,
      connect: -1,
      ssl: -1,
      send: 0,
      wait: roundMs(headAt - startedAt),
      receive: roundMs(end - headAt),
    },
    connection: exchange.client,
    ...(exchange.closedAt === null ? { comment: 'It was still open.' } : {}),
    ...(carried ? messagesOf(carried) : {}),
  }
}

function messagesOf({ events }: Carried): Pick<HarEntry, '_resourceType' | '_eventSourceMessages'> {
  return {
    _resourceType: 'eventsource',
    _eventSourceMessages: events.map(({ at, type, id, data }) => ({
      time: at / 1000,
      eventName: type,
      eventId: id ?? '',
      data,
    })),
  }
}

function fieldsOf(pairs: ResponseHead['headers']): HarField[] {
  const shown = pairs.filter(([name]) => !name.startsWith(':'))
  return redactHeaders(shown).map(([name, value]) => ({ name, value }))
}

function queryOf(url: string): HarField[] {
  return URL.canParse(url) ? [...new URL(url).searchParams].map(([name, value]) => ({ name, value })) : []
}
