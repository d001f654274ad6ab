/** The options of SSECoordinator, and what is wrong with them. */

import type { Strategy } from './choose.js'
import { must } from './must.js'
import type { HeadersOption, TransportName } from './plan.js'
import { requestFor } from './request.js'
import { resolveUrl } from './world.js'

/** Event types and what their data is, where nothing else is said. An interface does too: `new SSECoordinator<News>(…)`. */
export type EventMap = Record<string, unknown>

/** One event, as `onEvent` gets it. */
export type SSEEvent<Events extends object = EventMap> = {
  [Type in keyof Events & string]: {
    type: Type
    /** The data, parsed as JSON unless `parseJson` is off. */
    data: Events[Type]
    /** The last event ID, if there is any. */
    id: string | undefined
    /** When the leading tab read it, ISO 8601. */
    timestamp: string
  }
}[keyof Events & string]

/** Where log lines go; any of them may be missing. */
export interface Logger {
  debug(...parameters: unknown[]): void
  info(...parameters: unknown[]): void
  warn(...parameters: unknown[]): void
  error(...parameters: unknown[]): void
}

/** What an SSECoordinator is made of. Only `url` is required. */
export interface CoordinatorOptions<Events extends object = EventMap> {
  /** The stream's URL; may be relative to the page. */
  url: string | URL
  /**
   * Event types to receive beside `message`. Default: none. Without `disconnect` and `reset` among them these two are
   * heeded as what `sse-coord/server` means by them: the end of the stream in all tabs, and a gap.
   */
  eventTypes?: readonly (keyof Events & string)[] | undefined
  /** Gets every event, in stream order. */
  onEvent?: ((event: SSEEvent<Events>) => void) | undefined
  /** Sets lock and channel apart from other users of this library. Default `sse-coordinator`. */
  channelName?: string | undefined
  /** Sends cookies to other origins. Default `false`. */
  withCredentials?: boolean | undefined
  /** Failures in a row after which the stream is given up. Default 10. */
  maxReconnectAttempts?: number | undefined
  /** Never gives up. Default `false`. */
  reconnectForever?: boolean | undefined
  /** Gets log lines. Default: none. */
  logger?: Partial<Logger> | undefined
  /** Gets the reason, once, when the stream is over for good. */
  onError?: ((error: Error) => void) | undefined
  /** Told when the shared connection opens and when it is lost. A change of leader is neither. */
  onConnectionChange?: ((connected: boolean) => void) | undefined
  /** Told when this tab begins or ceases to hold the connection. */
  onLeaderChange?: ((leader: boolean) => void) | undefined
  /** Told when events may be missing: the server could not be asked to resume, or a tab slept for too long. */
  onGap?: ((gap: { lastEventId: string }) => void) | undefined
  /** Parses data as JSON; what cannot be parsed is logged and skipped. Default `true`. */
  parseJson?: boolean | undefined
  /** The query parameter that tells the server where to resume, for the native transport. */
  lastEventIdParam?: string | undefined
  /** How tabs agree on who connects. Default `auto`. */
  strategy?: Strategy | undefined
  /** How the stream is read. Default `auto`: `fetch` for the page's own origin, the native EventSource for others. */
  transport?: TransportName | undefined
  /** Request headers, or a function that gives them, asked at every connect and once more after a 401. Wants `scope`. */
  headers?: HeadersOption | undefined
  /** Whose stream it is, such as the user's id: two scopes never share. Required with `headers`. */
  scope?: string | undefined
  /** The request method. Default `GET`. */
  method?: string | undefined
  /** The request body. */
  body?: string | undefined
  /** How many of the last events a tab that joins late gets. Default 0. */
  replay?: number | undefined
  /** Disconnects when aborted. */
  signal?: AbortSignal | undefined
}

const count = 'number, whole, 0 or more'

/** What `typeof` may say of each option. */
const kinds = new Map<string, string>(
  Object.entries({
    url: 'string or object',
    eventTypes: 'object',
    onEvent: 'function',
    channelName: 'string',
    withCredentials: 'boolean',
    maxReconnectAttempts: count,
    reconnectForever: 'boolean',
    logger: 'object',
    onError: 'function',
    onConnectionChange: 'function',
    onLeaderChange: 'function',
    onGap: 'function',
    parseJson: 'boolean',
    lastEventIdParam: 'string',
    strategy: 'string or object',
    transport: 'string',
    headers: 'function or object',
    scope: 'string',
    method: 'string',
    body: 'string',
    replay: count,
    signal: 'object',
  } satisfies Record<keyof CoordinatorOptions, string>),
)

/**
 * The stream's absolute URL, if all options are right.
 *
 * @throws TypeError that names the first wrong option.
 */
export function checkOptions(options: CoordinatorOptions): string {
  must(options && typeof options === 'object', 'options', 'object')
  for (const [name, value] of Object.entries(options)) {
    const kind = kinds.get(name) ?? 'undefined'
    // A number that is not whole leaves a rest that is neither 0 nor, as infinity's, NaN.
    const isCount = typeof value !== 'number' || (value >= 0 && !(value % 1))
    must(value === undefined || (value !== null && kind.includes(typeof value) && isCount), name, kind)
  }
  const { url, eventTypes = [], headers, scope, strategy, transport, method, body, signal } = options
  // An object without a text of its own would be read as the relative URL “[object Object]”.
  must(/^[^[]/.test(`${url ?? ''}`), 'url', 'set')
  must(
    eventTypes.every?.((type) => typeof type === 'string'),
    'eventTypes',
    'array',
  )
  must(!signal || signal instanceof AbortSignal, 'signal', 'AbortSignal')
  must(!headers || scope !== undefined, 'scope', 'set with headers')
  must(typeof headers !== 'function' || typeof strategy !== 'object', 'headers', 'object for a sharedWorker')
  must(!body || !/^(get|head)$/i.test(method as string), 'method', 'POST with a body')
  must(transport !== 'eventsource' || !requestFor(options), 'transport', 'fetch for headers, method, body')
  const { href } = resolveUrl(url, TypeError)
  if (!/^https?:/.test(href)) throw new TypeError(`URL must use http or https protocol: ${url}`)
  return href
}
