/** Whether a server offers HTTP/2, how many streams it takes on one connection, and whether a stream lives there. */
import http2 from 'node:http2'
import net from 'node:net'
import type { Http2Evidence } from '../evidence/stream.js'
import { look } from './look.js'
import { type Subject, withHeaders } from './subject.js'
import type { WireRequest } from './wire.js'

const patienceMs = 5000

export async function lookAtHttp2(subject: Subject): Promise<Http2Evidence> {
  const { request } = subject
  const settings = await readSettings(request, subject.signal)
  const found: Http2Evidence = {
    offered: settings !== null,
    maxConcurrentStreams: settings?.maxConcurrentStreams ?? null,
    connectionHeader: null,
    resetCode: null,
    http1ConnectionHeader: null,
  }
  // A POST is not repeated only to see how it dies.
  if (!settings || request.method !== 'GET') return found
  const over2 = await lookAtHead(subject, '2')
  if (over2.end.how === 'failed' || over2.end.how === 'cut') {
    found.resetCode = over2.end.code
    const over1 = await lookAtHead(subject, '1')
    found.http1ConnectionHeader = over1.headers.find(([name]) => name === 'connection')?.[1] ?? null
  }
  found.connectionHeader = over2.headers.find(([name]) => name === 'connection')?.[1] ?? null
  return found
}

async function lookAtHead(subject: Subject, version: '1' | '2') {
  const stop = new AbortController()
  return look({
    request: { ...withHeaders(subject.request, { 'accept-encoding': 'identity' }), http: version },
    startedAt: subject.startedAt,
    forMs: patienceMs,
    signal: AbortSignal.any([subject.signal, stop.signal]),
    onHead: () => stop.abort(),
  })
}

/** The server's first settings; `null` where it does not speak HTTP/2. */
function readSettings({ url, insecure }: WireRequest, signal: AbortSignal): Promise<http2.Settings | null> {
  return new Promise((resolve) => {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const session = http2.connect(url.origin, {
      rejectUnauthorized: !insecure,
      ALPNProtocols: ['h2', 'http/1.1'],
      ...(net.isIP(host) ? {} : { servername: host }),
    })
    const timer = setTimeout(() => settle(null), patienceMs)
    const settle = (settings: http2.Settings | null) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', leave)
      session.destroy()
      // 2^32 - 1 is how Node says that the server named no limit.
      const limit = settings?.maxConcurrentStreams
      resolve(
        settings && limit !== undefined && limit > 2 ** 31
          ? ({ ...settings, maxConcurrentStreams: undefined } as http2.Settings)
          : settings,
      )
    }
    const leave = () => settle(null)
    signal.addEventListener('abort', leave)
    session.on('error', () => settle(null))
    session.on('close', () => settle(null))
    session.once('remoteSettings', (settings) => settle(session.alpnProtocol === 'h2' ? settings : null))
  })
}
