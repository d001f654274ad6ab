/**
 * One request over one connection of its own, as raw as Node gives it: nothing followed, decoded or pooled, and a time for
 * every piece. What `fetch` hides is what the doctor looks for.
 */
import http from 'node:http'
import http2 from 'node:http2'
import net from 'node:net'
import tls from 'node:tls'
import type { ExchangeEnd } from '../evidence/stream.js'
import { codeOf, detailOf, resetName } from './wire-errors.js'

export interface WireRequest {
  url: URL
  method: string
  /** Lower-case names. */
  headers: Record<string, string>
  body: string | null
  /** Which protocols to offer where there is TLS. Without TLS it is HTTP/1.1, or HTTP/2 from the first byte with `2`. */
  http: '1' | '2' | 'auto'
  /** Take any certificate. */
  insecure: boolean
}

export interface WireHead {
  http: '1.0' | '1.1' | '2'
  status: number
  headers: [string, string][]
}

export interface WireHandlers {
  onConnect(alpn: string | null): void
  onHead(head: WireHead): void
  onBytes(bytes: Uint8Array): void
  /** Called once, last. */
  onEnd(end: Pick<ExchangeEnd, 'how' | 'stage' | 'code' | 'detail'>): void
}

export interface Wire {
  /** Lets the connection go at once. `onEnd` is not called after it. */
  leave(): void
  /** Stops and starts the reading, so that a fast server cannot fill the memory. */
  pause(): void
  resume(): void
}

/** How long a connection may take to stand, in milliseconds. */
const connectTimeoutMs = 10_000

type Stage = NonNullable<ExchangeEnd['stage']>

/** Sends the request. Never throws: whatever goes wrong is told by `onEnd`. */
export function openWire(request: WireRequest, handlers: WireHandlers): Wire {
  let over = false
  let stage: Stage = 'dns'
  let release = (): void => {}
  let flow: { pause(): unknown; resume(): unknown } | undefined

  const end: WireHandlers['onEnd'] = (how) => {
    if (over) return
    over = true
    release()
    handlers.onEnd(how)
  }
  const fail = (error: unknown): void =>
    end({ how: stage === 'body' ? 'cut' : 'failed', stage, code: codeOf(error), detail: detailOf(error) })
  const head = (one: WireHead): void => {
    stage = 'body'
    handlers.onHead(one)
  }

  const socket = connect(request, {
    onStage: (next) => {
      stage = next
    },
    onFailure: fail,
    onReady: (alpn) => {
      if (over) return
      stage = 'headers'
      handlers.onConnect(alpn)
      const speak = alpn === 'h2' || (request.http === '2' && alpn === null) ? speakHttp2 : speakHttp1
      const spoken = speak(request, socket, { head, bytes: (bytes) => over || handlers.onBytes(bytes), end, fail })
      flow = spoken.flow
      release = spoken.release
    },
  })
  socket.on('error', fail)
  release = () => socket.destroy()

  return {
    leave() {
      if (over) return
      over = true
      release()
      socket.destroy()
    },
    pause: () => void flow?.pause(),
    resume: () => void flow?.resume(),
  }
}

function connect(
  { url, http: version, insecure }: WireRequest,
  on: { onStage(stage: Stage): void; onFailure(error: unknown): void; onReady(alpn: string | null): void },
): net.Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isTls = url.protocol === 'https:'
  const socket = net.connect({ host, port: Number(url.port || (isTls ? 443 : 80)), autoSelectFamily: true })
  const timer = setTimeout(
    () => socket.destroy(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })),
    connectTimeoutMs,
  )
  socket.once('close', () => clearTimeout(timer))
  socket.once('lookup', (error: Error | null) => error ?? on.onStage('connect'))
  if (net.isIP(host)) on.onStage('connect')
  if (!isTls) {
    socket.once('connect', () => {
      clearTimeout(timer)
      on.onReady(null)
    })
    return socket
  }
  const offered = version === '1' ? ['http/1.1'] : version === '2' ? ['h2'] : ['h2', 'http/1.1']
  socket.once('connect', () => on.onStage('tls'))
  const secure = tls.connect({
    socket,
    ALPNProtocols: offered,
    rejectUnauthorized: !insecure,
    ...(net.isIP(host) ? {} : { servername: host }),
  })
  secure.once('secureConnect', () => {
    clearTimeout(timer)
    on.onReady(secure.alpnProtocol || null)
  })
  socket.once('error', on.onFailure)
  return secure
}

interface Spoken {
  flow: { pause(): unknown; resume(): unknown } | undefined
  release(): void
}

interface Listener {
  head(head: WireHead): void
  bytes(bytes: Uint8Array): void
  end: WireHandlers['onEnd']
  fail(error: unknown): void
}

function speakHttp1({ url, method, headers, body }: WireRequest, socket: net.Socket, on: Listener): Spoken {
  const request = http.request({
    createConnection: () => socket,
    host: url.hostname,
    path: `${url.pathname}${url.search}`,
    method,
    setHost: false,
    headers: { host: url.host, ...headers, ...(body === null ? {} : { 'content-length': Buffer.byteLength(body) }) },
  })
  const spoken: Spoken = { flow: undefined, release: () => request.destroy() }
  request.on('error', on.fail)
  request.on('upgrade', () =>
    on.end({ how: 'failed', stage: 'headers', code: null, detail: 'the server switched to another protocol' }),
  )
  request.on('response', (response) => {
    spoken.flow = response
    const version = response.httpVersion === '1.0' ? '1.0' : '1.1'
    on.head({ http: version, status: response.statusCode ?? 0, headers: pairs(response.rawHeaders) })
    response.on('data', on.bytes)
    response.on('error', on.fail)
    response.on('close', () => {
      if (response.complete) on.end({ how: 'closed', stage: null, code: null, detail: null })
      else on.end({ how: 'cut', stage: 'body', code: null, detail: 'the connection ended inside the response' })
    })
  })
  request.end(body ?? undefined)
  return {
    get flow() {
      return spoken.flow
    },
    release: spoken.release,
  }
}

function speakHttp2({ url, method, headers, body }: WireRequest, socket: net.Socket, on: Listener): Spoken {
  const session = http2.connect(url.origin, { createConnection: () => socket })
  session.on('error', on.fail)
  const stream = session.request({
    ...headers,
    ':method': method,
    ':path': `${url.pathname}${url.search}`,
    ':scheme': url.protocol.slice(0, -1),
    ':authority': url.host,
  })
  stream.on('response', (fields, _flags, raw: string[] = []) => {
    const named = pairs(raw).filter(([name]) => !name.startsWith(':'))
    const given = named.length > 0 ? named : Object.entries(fields).flatMap(([name, value]) => toPairs(name, value))
    on.head({ http: '2', status: Number(fields[':status']), headers: given })
  })
  stream.on('data', on.bytes)
  stream.on('error', (error) =>
    on.fail(Object.assign(error, { code: stream.rstCode ? resetName(stream.rstCode) : codeOf(error) })),
  )
  stream.on('close', () => {
    const code = stream.rstCode ?? 0
    if (code === 0 && !stream.aborted) on.end({ how: 'closed', stage: null, code: null, detail: null })
    else on.fail(Object.assign(new Error(`the server reset the stream: ${resetName(code)}`), { code: resetName(code) }))
  })
  stream.end(body ?? undefined)
  return { flow: stream, release: () => session.destroy() }
}

function pairs(raw: readonly string[]): [string, string][] {
  const found: [string, string][] = []
  for (let at = 0; at + 1 < raw.length; at += 2) found.push([(raw[at] ?? '').toLowerCase(), raw[at + 1] ?? ''])
  return found
}

function toPairs(name: string, value: string | string[] | undefined): [string, string][] {
  if (name.startsWith(':') || value === undefined) return []
  return (Array.isArray(value) ? value : [value]).map((one) => [name, one])
}
