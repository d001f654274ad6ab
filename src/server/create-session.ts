/** Opens an event stream on a request and response of Node's `http`, `https` or `http2`, or on any other carrier. */
import { expectKnownOptions, type KnownOptions } from '../config/known-options.js'
import type { DefaultSessionState } from './default-states.js'
import { noOptions } from './no-options.js'
import { NodeOutlet, type NodeRequest, type NodeResponse } from './node-outlet.js'
import type { Outlet } from './outlet.js'
import { badOption } from './refuse.js'
import { Session } from './session.js'
import { knownSessionOptions, type SessionOptions } from './session-options.js'
import { checkHead, type HeaderValues, lastEventIdFrom, streamHeaders, withHeaders } from './stream-head.js'

/** Options of `createSession`. */
export interface CreateSessionOptions<State = DefaultSessionState> extends SessionOptions<State> {
  /** Further headers, or other values for those that a stream has. What is `undefined` is left out. */
  headers?: HeaderValues | undefined
  /** The response's status, one with a body. Browsers read a stream from 200 only, the default. */
  statusCode?: number | undefined
}

/** Every one of them. */
export const knownStreamOptions: KnownOptions<CreateSessionOptions> = {
  ...knownSessionOptions,
  headers: true,
  statusCode: true,
}

/**
 * Opens a stream: sends the headers at once and answers a session to write to. Headers that were set on the response
 * before are sent as well; `options.headers` wins over both.
 *
 * @throws SseCoordError for an option that there is none of or that makes no sense, for what is no request and response of
 * Node, and when the head of the response has been sent; nothing is sent then.
 */
export function createSession<State = DefaultSessionState>(
  request: NodeRequest,
  response: NodeResponse,
  options: CreateSessionOptions<State> = noOptions,
): Session<State> {
  expectKnownOptions('createSession', options, knownStreamOptions)
  return openSession(request, response, options)
}

/** The same where the options' names have been looked at. */
export function openSession<State>(
  request: NodeRequest,
  response: NodeResponse,
  options: CreateSessionOptions<State>,
): Session<State> {
  if (typeof response?.writeHead !== 'function') throw notOfNode()
  checkHead(options)
  const headers = options.headers ? withHeaders(options.headers) : streamHeaders
  const outlet = new NodeOutlet(request, response, options.statusCode ?? 200, headers)
  if (response.headersSent && outlet.isOpen) {
    const hint = 'open one session for each response, before anything is written to it'
    throw badOption('the head of the response has been sent already', hint)
  }
  return new Session(outlet, lastEventIdOf(request), options)
}

/**
 * Opens a stream on a carrier of your own: see `Outlet` for what it has to do. `lastEventId` is what the client sent,
 * decoded, or the empty string.
 *
 * @throws SseCoordError for an option that there is none of or that makes no sense; nothing is sent then.
 */
export function createSessionOn<State = DefaultSessionState>(
  outlet: Outlet,
  lastEventId: string,
  options: SessionOptions<State> = noOptions,
): Session<State> {
  expectKnownOptions('createSessionOn', options, knownSessionOptions)
  return new Session(outlet, lastEventId, options)
}

function notOfNode(): Error {
  const hint =
    'with Fastify give request.raw, reply.raw, with Koa context.req, context.res; where there is a Request of the Fetch API, answer createResponse'
  return badOption('createSession takes a request and a response of Node', hint)
}

function lastEventIdOf(request: NodeRequest): string {
  const header = request.headers['last-event-id']
  return lastEventIdFrom(typeof header === 'string' ? header : undefined, request.url)
}
