/** Name, connection, TLS: one socket to one server, with the moment of each step. */
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectSecure, type TLSSocket } from 'node:tls'
import { attempt } from './attempt.js'
import { lookupLocal } from './lookup-local.js'
import type { Stopwatch } from './stopwatch.js'
import type { Remote, TlsFacts } from './stream-answer.js'
import { codeOf, connectFailure, StreamFailure } from './stream-failure.js'
import { defaultConnectTimeoutMs, type StreamRequest } from './stream-request.js'
import { describeTls } from './tls-facts.js'

/** A socket that is ready for a request, and what is known of it. */
export interface Connection {
  socket: Socket
  alpn: string | null
  tls: TlsFacts | null
  remote: Remote
  times: { dnsMs: number | null; connectMs: number; tlsMs: number | null }
  /** What the system said when the socket failed, and whether FIN came. */
  fate(): { code: string | null; finished: boolean }
  /** Resolves when the socket is gone. */
  close(): Promise<void>
}

/**
 * Connects. A certificate that is not trusted ends it here, before a byte of the request is sent.
 *
 * @throws StreamFailure with the stage: `dns`, `connect` or `tls`; the signal's reason when the caller gives up
 */
export async function connect(request: StreamRequest, watch: Stopwatch): Promise<Connection> {
  const { url, insecure = false, signal } = request
  const ms = request.connectTimeoutMs ?? defaultConnectTimeoutMs
  const times: Connection['times'] = { dnsMs: null, connectMs: 0, tlsMs: null }
  const isSecure = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  let reached: 'dns' | 'connect' | 'tls' = isIP(host) ? 'connect' : 'dns'

  const socket = isSecure ? openSecure(request, host) : connectPlain(placeOf(url, host))
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  let code: string | null = null
  let finished = false
  socket.on('error', (error) => {
    code ??= codeOf(error)
  })
  socket.on('end', () => {
    finished = true
  })
  const close = () => {
    socket.destroy()
    return closed
  }

  try {
    await attempt<void>({ ms, signal, late: () => late(url, reached, ms, watch) }, (resolve, reject) => {
      socket.once('lookup', (error) => {
        if (error) return
        times.dnsMs = isIP(host) ? null : watch.now()
        reached = 'connect'
      })
      socket.once('connect', () => {
        times.connectMs = watch.now()
        reached = 'tls'
        if (!isSecure) resolve()
      })
      socket.once('secureConnect', () => {
        times.tlsMs = watch.now()
        resolve()
      })
      socket.once('error', (error) => reject(connectFailure(url, reached, error, watch.now())))
      socket.once('close', () => reject(connectFailure(url, reached, new Error('closed'), watch.now())))
    })
    const tls = isSecure ? describeTls(socket as TLSSocket) : null
    if (tls && !tls.authorized && !insecure) throw untrusted(url, tls, watch)
    const alpn = isSecure ? (socket as TLSSocket).alpnProtocol || null : null
    if (isSecure && request.http === 2 && alpn !== 'h2') throw withoutHttp2(url, watch)
    return { socket, alpn, tls, remote: remoteOf(socket), times, fate: () => ({ code, finished }), close }
  } catch (error) {
    await close()
    throw error
  }
}

function placeOf(url: URL, host: string) {
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80)
  // Node gives each of several addresses 250 ms, too short for a link by satellite.
  return {
    host,
    port,
    lookup: lookupLocal,
    noDelay: true,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: 2000,
  }
}

/** Trust is judged in `connect`, which can then say what the certificate is. */
function openSecure({ url, http = 'auto', ca }: StreamRequest, host: string): TLSSocket {
  const offered = { 1: ['http/1.1'], 2: ['h2'], auto: ['h2', 'http/1.1'] }[http]
  return connectSecure({
    ...placeOf(url, host),
    servername: isIP(host) ? '' : host,
    ALPNProtocols: offered,
    rejectUnauthorized: false,
    ...(ca === undefined ? {} : { ca }),
  })
}

function remoteOf(socket: Socket): Remote {
  const { remoteAddress = '', remotePort = 0, remoteFamily } = socket
  return { address: remoteAddress, port: remotePort, family: remoteFamily === 'IPv6' ? 'IPv6' : 'IPv4' }
}

function late(url: URL, reached: 'dns' | 'connect' | 'tls', ms: number, watch: Stopwatch): StreamFailure {
  const words = {
    dns: `No address for ${url.hostname} in ${ms} ms.`,
    connect: `${url.host} did not take the connection in ${ms} ms.`,
    tls: `TLS with ${url.host} was not ready in ${ms} ms.`,
  }
  return new StreamFailure(words[reached], { stage: reached, timedOut: true, atMs: watch.now() })
}

function untrusted(url: URL, tls: TlsFacts, watch: Stopwatch): StreamFailure {
  const reason = tls.authorizationError
  return new StreamFailure(`The certificate of ${url.host} is not trusted: ${reason}.`, {
    stage: 'tls',
    code: reason,
    atMs: watch.now(),
    tls,
    hint: 'Go on all the same with --insecure, or name its authority in NODE_EXTRA_CA_CERTS.',
  })
}

function withoutHttp2(url: URL, watch: Stopwatch): StreamFailure {
  const facts = { stage: 'tls' as const, code: 'ERR_NO_H2', atMs: watch.now() }
  return new StreamFailure(`${url.host} does not offer HTTP/2.`, facts)
}
