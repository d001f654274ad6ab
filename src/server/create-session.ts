/** Opens an event stream on a request and response of Node's `http`, `https` or `http2`. */
import { decodeLastEventId } from '../sse/last-event-id.js'
import type { DefaultSessionState } from './default-states.js'
import { createNodeOutlet, type NodeRequest, type NodeResponse } from './node-outlet.js'
import { Session } from './session.js'
import type { SessionOptions } from './session-options.js'

/** Options of `createSession`. */
export interface CreateSessionOptions<State = DefaultSessionState> extends SessionOptions<State> {
  /** Further headers, or other values for those that a stream has. */
  headers?: Record<string, string | readonly string[]>
  /** The response's status. Browsers read a stream from 200 only, the default. */
  statusCode?: number
}

/** What keeps caches and proxies from storing, changing or holding back a stream. */
const streamHeaders: Record<string, string> = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-store, no-transform',
  'X-Accel-Buffering': 'no',
}

/**
 * Opens a stream: sends the headers at once and answers a session to write to. Headers that were set on the response
 * before are sent as well; `options.headers` wins over both.
 *
 * @throws SseCoordError for an option that makes no sense; nothing is sent then.
 */
export function createSession<State = DefaultSessionState>(
  request: NodeRequest,
  response: NodeResponse,
  options: CreateSessionOptions<State> = {},
): Session<State> {
  const headers = { ...streamHeaders, ...options.headers }
  const outlet = createNodeOutlet(request, response, options.statusCode ?? 200, headers)
  return new Session(outlet, lastEventIdOf(request), options)
}

/**
 * The header's value; else that of the query parameter `lastEventId`, with which clients that cannot set the header begin.
 * A client that has both reconnects to the URL it began with, and its header is the newer one.
 */
function lastEventIdOf(request: NodeRequest): string {
  const header = request.headers['last-event-id']
  if (typeof header === 'string' && header !== '') return decodeLastEventId(header)
  const query = request.url?.indexOf('?') ?? -1
  if (query < 0) return ''
  return new URLSearchParams(request.url?.slice(query)).get('lastEventId') ?? ''
}
