/** Opens an event stream as the `Response` to a `Request` of the Fetch API. */
import type { CreateSessionOptions } from './create-session.js'
import type { DefaultSessionState } from './default-states.js'
import { createFetchOutlet } from './fetch-outlet.js'
import { badOption } from './refuse.js'
import { Session } from './session.js'
import { lastEventIdFrom, streamHeaders } from './stream-head.js'

/** Gets the session of a response. */
export type SessionCallback<State = DefaultSessionState> = (session: Session<State>) => void

/**
 * Opens a stream and answers the response to return. `callback` gets the session at once; the client sees what is pushed
 * when the response's body is read. A client that leaves is seen by the body being cancelled or `request.signal` aborting.
 *
 * @throws SseCoordError for an option that makes no sense, or without a callback; what `callback` throws.
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
  const options = typeof optionsOrCallback === 'function' ? {} : optionsOrCallback
  if (!callback) throw badOption('createResponse takes a callback that gets the session')
  const outlet = createFetchOutlet(request.signal)
  const lastEventId = lastEventIdFrom(request.headers.get('last-event-id'), request.url)
  const session = new Session(outlet, lastEventId, options)
  const headers = new Headers(streamHeaders)
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    headers.delete(name)
    for (const one of typeof value === 'string' ? [value] : value) headers.append(name, one)
  }
  const isHead = request.method === 'HEAD'
  try {
    if (isHead) void session.close()
    else callback(session)
  } catch (error) {
    void session.close()
    throw error
  }
  return new Response(isHead ? null : outlet.body, { status: options.statusCode ?? 200, headers })
}
