/** Opens an event stream on a request and response of Node's `http`, `https` or `http2`, or on any other carrier. */
import type { DefaultSessionState } from './default-states.js'
import { createNodeOutlet, type NodeRequest, type NodeResponse } from './node-outlet.js'
import type { Outlet } from './outlet.js'
import { Session } from './session.js'
import type { SessionOptions } from './session-options.js'
import { lastEventIdFrom, streamHeaders } from './stream-head.js'

/** Options of `createSession`. */
export interface CreateSessionOptions<State = DefaultSessionState> extends SessionOptions<State> {
  /** Further headers, or other values for those that a stream has. */
  headers?: Record<string, string | readonly string[]>
  /** The response's status. Browsers read a stream from 200 only, the default. */
  statusCode?: number
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
 * Opens a stream on a carrier of your own: see `Outlet` for what it has to do. `lastEventId` is what the client sent,
 * decoded, or the empty string.
 *
 * @throws SseCoordError for an option that makes no sense; nothing is sent then.
 */
export function createSessionOn<State = DefaultSessionState>(
  outlet: Outlet,
  lastEventId: string,
  options: SessionOptions<State> = {},
): Session<State> {
  return new Session(outlet, lastEventId, options)
}

function lastEventIdOf(request: NodeRequest): string {
  const header = request.headers['last-event-id']
  return lastEventIdFrom(typeof header === 'string' ? header : undefined, request.url)
}
