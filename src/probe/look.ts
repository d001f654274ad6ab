/** One look at a URL: sends the request, follows redirects as a browser does, and reads until it ends or we leave. */

import { redactUrl } from '../evidence/redact-url.js'
import type { Exchange, ExchangeEnd, Redirect } from '../evidence/stream.js'
import { eventStreamMediaType } from '../sse/encode.js'
import { type Body, createBody, type HeardEvent, round } from './body.js'
import { createDecoder, type Decoder } from './decode.js'
import { redactHeaders } from './redact-headers.js'
import { openWire, type Wire, type WireHead, type WireRequest } from './wire.js'

export interface LookOptions {
  request: WireRequest
  /** The origin of time of the whole run. */
  startedAt: number
  /** We leave after this time, in milliseconds. */
  forMs: number
  signal: AbortSignal
  onHead?: (head: WireHead) => void
  onEvent?: (event: HeardEvent) => void
  /** Gets what is no stream whole, up to a bound. */
  onText?: (text: string) => void
}

/** What a browser follows. */
const mostRedirects = 20
/** Bytes of a response that is no stream. */
const mostOfPage = 64 * 1024
/** Beyond these we leave: nobody's stream is so large, and ours is not to be the memory that it fills. */
const mostOfEvent = 16 * 1024 * 1024
const mostDecoded = 256 * 1024 * 1024
/** A response that is no stream is read for this long at most. */
const pageTimeoutMs = 2000

/** Never rejects: what goes wrong is in `end`. */
export async function look(options: LookOptions): Promise<Exchange> {
  const begun = performance.now()
  const redirects: Redirect[] = []
  let request = options.request
  for (;;) {
    const exchange = await lookOnce({ ...options, request }, begun, redirects)
    const location = exchange.headers.find(([name]) => name === 'location')?.[1]
    const status = exchange.status ?? 0
    if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return exchange
    const to = URL.canParse(location, request.url.href) ? new URL(location, request.url.href) : null
    if (!to || !/^https?:$/.test(to.protocol)) return exchange
    redirects.push({ status, to: redactUrl(to.href) })
    if (redirects.length > mostRedirects) return tooMany(exchange)
    if (options.signal.aborted || performance.now() - begun > options.forMs) return exchange
    request = redirected(request, to, status)
  }
}

function tooMany(exchange: Exchange): Exchange {
  const end: ExchangeEnd = {
    ...exchange.end,
    code: 'TOO_MANY_REDIRECTS',
    detail: `more than ${mostRedirects} redirects`,
  }
  return { ...exchange, end }
}

/** Secrets stay with the origin that they were meant for. */
function redirected(request: WireRequest, url: URL, status: number): WireRequest {
  const toGet = status === 303 || (status < 303 && request.method === 'POST')
  const same = url.origin === request.url.origin
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => same || !['authorization', 'cookie'].includes(name)),
  )
  return { ...request, url, headers, ...(toGet && { method: 'GET', body: null }) }
}

function lookOnce(options: LookOptions, begun: number, redirects: Redirect[]): Promise<Exchange> {
  const { request, signal, startedAt } = options
  const now = () => performance.now() - begun
  return new Promise((resolve) => {
    let alpn: string | null = null
    let connectMs: number | null = null
    let headersMs: number | null = null
    let head: WireHead | null = null
    let body: Body | null = null
    let page: Uint8Array[] | null = null
    let pageBytes = 0
    let decoder: Decoder | undefined
    let wire: Wire | undefined
    let over = false
    const timers: NodeJS.Timeout[] = []

    const finish = (how: Pick<ExchangeEnd, 'how' | 'stage' | 'code' | 'detail'>): void => {
      if (over) return
      over = true
      for (const timer of timers) clearTimeout(timer)
      signal.removeEventListener('abort', leave)
      wire?.leave()
      decoder?.close()
      const endMs = now()
      if (how.how === 'closed' || how.how === 'cut') body?.end()
      if (page) options.onText?.(textOf(page))
      const last = body?.lastByteMs ?? headersMs
      const trailing = head && last !== null ? endMs - last : null
      resolve({
        openedAtMs: round(begun - startedAt),
        http: head?.http ?? null,
        alpn,
        status: head?.status ?? null,
        url: redactUrl(request.url.href),
        redirects,
        headers: redactHeaders(head?.headers ?? []),
        connectMs,
        headersMs: headersMs === null ? null : round(headersMs),
        ...(body ?? emptyBody).evidence(),
        ...(page && { bytes: pageBytes }),
        silence: silenceOf(body, headersMs, endMs),
        end: {
          ...how,
          atMs: round(endMs),
          silenceMs: body && trailing !== null ? round(trailing) : null,
          done: body?.done ?? false,
        },
        body: page ? describePage(page) : null,
      })
    }
    const leave = () => finish({ how: 'left', stage: null, code: null, detail: null })
    const outOfTime = () => {
      if (head) return leave()
      const stage = connectMs === null ? 'connect' : 'headers'
      const detail =
        stage === 'headers' ? `nothing in ${Math.round(options.forMs / 100) / 10} s` : 'no connection in time'
      finish({ how: 'failed', stage, code: 'ETIMEDOUT', detail })
    }
    const full = (code: string, detail: string) => finish({ how: 'full', stage: 'body', code, detail })

    function onHead(one: WireHead): void {
      head = one
      headersMs = now()
      options.onHead?.(one)
      const header = (name: string) => one.headers.find(([key]) => key === name)?.[1] ?? null
      const type = header('content-type')?.split(';')[0]?.trim().toLowerCase()
      if (one.status !== 200 || type !== eventStreamMediaType) {
        page = []
        timers.push(setTimeout(leave, pageTimeoutMs))
      } else body = createBody(headersMs, options.onEvent ?? (() => {}))
      decoder = createDecoder(header('content-encoding'), onDecoded, (detail) => full('BAD_ENCODING', detail))
    }

    function onDecoded(bytes: Uint8Array): void {
      if (over) return
      if (page) {
        page.push(bytes)
        if (page.reduce((sum, piece) => sum + piece.byteLength, 0) > mostOfPage) leave()
        return
      }
      if (!body) return
      body.read(bytes, now())
      if (body.largestEvent > mostOfEvent) full('EVENT_TOO_LARGE', 'an event of more than 16 MiB, without end')
      else if (body.decodedBytes > mostDecoded) full('TOO_MUCH', 'more than 256 MiB')
    }

    if (signal.aborted) return leave()
    signal.addEventListener('abort', leave)
    timers.push(setTimeout(outOfTime, Math.max(1, options.forMs - now())))
    wire = openWire(request, {
      onConnect: (chosen) => {
        alpn = chosen
        connectMs = round(now())
      },
      onHead,
      onBytes(bytes) {
        if (over) return
        pageBytes += bytes.byteLength
        body?.arrive(bytes.byteLength, now())
        decoder?.feed(bytes)
      },
      // What a decoder still holds is to come out first.
      onEnd: (how) => void setImmediate(() => finish(how)),
    })
    if (over) wire.leave()
  })
}

const emptyBody: Body = createBody(0, () => {})

function silenceOf(body: Body | null, headersMs: number | null, endMs: number): Exchange['silence'] {
  if (!body || headersMs === null) return null
  const fromMs = body.lastByteMs ?? headersMs
  const trailing = { fromMs: round(fromMs), ms: round(endMs - fromMs), open: true }
  const { gap } = body
  return gap && gap.ms > trailing.ms ? { fromMs: round(gap.fromMs), ms: round(gap.ms), open: false } : trailing
}

/** The title of a page, and the first words of whatever it is. */
function describePage(pieces: Uint8Array[]): Exchange['body'] {
  const text = textOf(pieces)
  const title = /<title[^>]*>([^<]{1,200})/i.exec(text)?.[1]
  const start = text
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return {
    title: title === undefined ? null : title.replace(/\s+/g, ' ').trim(),
    start: title === undefined ? start.slice(0, 80) : '',
  }
}

function textOf(pieces: Uint8Array[]): string {
  return new TextDecoder().decode(Buffer.concat(pieces)).slice(0, mostOfPage)
}
