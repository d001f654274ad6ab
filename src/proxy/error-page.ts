/** The plain pages that stand in for a response that the target did not give. */
import { type ServerResponse, STATUS_CODES } from 'node:http'
import { codeOf } from '../client/index.js'
import { http2StreamOf } from './respond.js'

const reasons: Record<string, string> = {
  ECONNREFUSED: 'Nothing listens there: the connection was refused. Is the app running, and on this port?',
  ENOTFOUND: 'Its host name could not be resolved.',
  EAI_AGAIN: 'Its host name could not be resolved just now.',
  ECONNRESET: 'It closed the connection before it answered.',
  ETIMEDOUT: 'It did not answer in time.',
  EHOSTUNREACH: 'There is no way to that host.',
  EADDRNOTAVAIL: 'It cannot be called from here; this machine is localhost.',
  ENETUNREACH: 'There is no way to that network.',
  EPROTO: 'It does not speak TLS there. Is the target http instead of https?',
}

/** Status and words for a failure. */
export interface Failure {
  status: 400 | 403 | 411 | 421 | 502 | 508
  title: string
  text: string
}

/** What a failure on the way to the target means. */
export function describeFailure(target: string, error: Error): Failure {
  const code = codeOf(error) ?? ''
  if (code === 'LOOP') return loopFailure(`The request to ${target} would come back to the proxy itself.`)
  if (code === 'NOT_LOOPBACK') {
    return {
      status: 403,
      title: 'The proxy may not go there',
      text: `${error.message} The proxy passes requests to this machine only, unless started with --allow-host for that name.`,
    }
  }
  const reason = code.startsWith('HPE_')
    ? 'It answered with something that is not HTTP/1.1.'
    : (reasons[code] ?? (error.message || 'No reason was given.'))
  return {
    status: 502,
    title: 'The target did not answer',
    text: `sse-coord could not get an answer from ${target}. ${reason}${code ? ` (${code})` : ''}`,
  }
}

/** A request that goes in a circle. */
export function loopFailure(text: string): Failure {
  return { status: 508, title: 'The request goes in a circle', text }
}

/** A request that names no server to a forward proxy. */
export const notForProxy: Failure = {
  status: 400,
  title: 'This is a forward proxy',
  text: 'The request names no server. Set this address as the HTTP proxy of a browser, for example with --proxy-server.',
}

/** CONNECT, where there are no tunnels or to what is no server. */
export const noTunnel: Failure = {
  status: 400,
  title: 'No tunnel',
  text: 'CONNECT needs a forward proxy and host:port.',
}

/** An upgrade that announces a body. */
export const noBodyExpected: Failure = {
  status: 400,
  title: 'An upgrade has no body',
  text: 'A request for a WebSocket may not announce a body with Content-Length or Transfer-Encoding.',
}

/** A body that this proxy cannot pass on safely. */
export const lengthRequired: Failure = {
  status: 411,
  title: 'The length is missing',
  text: 'A request with this method and a body needs a Content-Length here.',
}

/** Writes a failure as a page. */
export function sendFailure(response: ServerResponse, { status, title, text }: Failure): void {
  const isHttp2 = http2StreamOf(response) !== undefined
  if (!isHttp2) response.statusMessage = STATUS_CODES[status] ?? '' // a head that could not be written may have left its own
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'",
    ...(status === 502 || isHttp2 ? {} : { connection: 'close' }),
  })
  response.end(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>${status}: ${escapeHtml(title)}</title>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(text)}</p>
</html>
`)
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
