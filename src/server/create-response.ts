/** Opens an event stream as the `Response` to a `Request` of the Fetch API. */
import { expectKnownOptions } from '../config/known-options.js'
import { type CreateSessionOptions, knownStreamOptions } from './create-session.js'
import type { DefaultSessionState } from './default-states.js'
import { createFetchOutlet } from './fetch-outlet.js'
import { noOptions } from './no-options.js'
import { badOption, isSessionNotActive } from './refuse.js'
import { Session } from './session.js'
import { checkHead, lastEventIdFrom, streamHeaders, withHeaders } from './stream-head.js'

/** Gets the session of a response. What it answers matters only where that is a promise. */
export type SessionCallback<State = DefaultSessionState> = (session: Session<State>) => unknown

/**
 * Opens a stream and answers the response to return. `callback` gets the session at once; the client sees what is pushed
 * when the response's body is read. A client that leaves is seen by the body being cancelled or `request.signal` aborting.
 * Should `callback` reject, the stream is closed, and the error is an unhandled rejection: the response is on its way, and
 * nobody else to be told. Only that a push came too late, as the client had left, is nothing to complain of.
 *
 * @throws SseCoordError for an option that there is none of or that makes no sense, or without a callback; what `callback`
 * throws.
 */
export function createResponse<State = DefaultSessionState>(
  request: Request,
  callback: SessionCallback<State>,
): Response
export function createResponse<State = DefaultSessionState>(
  request: Request,
  options: CreateSessionOptions<State>,
  callback: SessionCallback<State>,
): Response
export function createResponse<State = DefaultSessionState>(
  request: Request,
  optionsOrCallback: CreateSessionOptions<State> | SessionCallback<State>,
  givenCallback?: SessionCallback<State>,
): Response {
  const callback = typeof optionsOrCallback === 'function' ? optionsOrCallback : givenCallback
  const options = typeof optionsOrCallback === 'function' ? noOptions : (optionsOrCallback ?? noOptions)
  expectKnownOptions('createResponse', options, knownStreamOptions)
  return openResponse(request, options, callback)
}

/** The same where the options' names have been looked at. */
export function openResponse<State>(
  request: Request,
  options: CreateSessionOptions<State>,
  callback: SessionCallback<State> | undefined,
): Response {
  if (typeof request?.headers?.get !== 'function') throw notOfFetch()
  if (typeof callback !== 'function') throw badOption('createResponse takes a callback that gets the session')
  checkHead(options)
  const outlet = createFetchOutlet(request.signal)
  const lastEventId = lastEventIdFrom(request.headers.get('last-event-id'), request.url)
  const session = new Session(outlet, lastEventId, options)
  const headers = new Headers()
  for (const [name, value] of Object.entries(options.headers ? withHeaders(options.headers) : streamHeaders)) {
    for (const one of typeof value === 'string' ? [value] : value) headers.append(name, one)
  }
  const isHead = request.method === 'HEAD'
  try {
    if (isHead) void session.close()
    else void endWith(callback(session), session)
  } catch (error) {
    void session.close()
    throw error
  }
  return new Response(isHead ? null : outlet.body, { status: options.statusCode ?? 200, headers })
}

function notOfFetch(): Error {
  const hint = 'with Hono give context.req.raw; where there are a request and a response of Node, call createSession'
  return badOption('createResponse takes a Request of the Fetch API', hint)
}

/** A callback that fails after its first wait ends its stream. */
async function endWith<State>(answer: unknown, session: Session<State>): Promise<void> {
  try {
    await answer
  } catch (error) {
    const hasLeft = !session.isConnected
    void session.close()
    if (!hasLeft || !isSessionNotActive(error)) throw error
  }
}
