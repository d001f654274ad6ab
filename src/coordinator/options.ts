/** The options of SSECoordinator, and what is wrong with them. */

import type { Strategy } from './choose.js'
import type { HeadersOption, TransportName } from './plan.js'
import { resolveUrl, thisWorld } from './world.js'

/** Event types and what their data is: `new SSECoordinator<{ tick: Tick }>(…)`. */
export type EventMap = Record<string, unknown>

/** One event, as `onEvent` gets it. */
export type SSEEvent<Events extends EventMap = EventMap> = {
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
export interface CoordinatorOptions<Events extends EventMap = EventMap> {
  /** The stream's URL; may be relative to the page. */
  url: string | URL
  /** Event types to receive beside `message`. Default: none. */
  eventTypes?: readonly (keyof Events & string)[]
  /** Gets every event, in stream order. */
  onEvent?: (event: SSEEvent<Events>) => void
  /** Sets lock and channel apart from other users of this library. Default `sse-coordinator`. */
  channelName?: string
  /** Sends cookies to other origins. Default `false`. */
  withCredentials?: boolean
  /** Failures in a row after which the stream is given up. Default 10. */
  maxReconnectAttempts?: number
  /** Never gives up. Default `false`. */
  reconnectForever?: boolean
  /** Gets log lines. Default: none. */
  logger?: Partial<Logger>
  /** Gets the reason, once, when the stream is over for good. */
  onError?: (error: Error) => void
  /** Told when the shared connection opens and when it is lost. A change of leader is neither. */
  onConnectionChange?: (connected: boolean) => void
  /** Told when this tab begins or ceases to hold the connection. */
  onLeaderChange?: (leader: boolean) => void
  /** Told when events may be missing: the server could not be asked to resume, or a tab slept for too long. */
  onGap?: (gap: { lastEventId: string }) => void
  /** Parses data as JSON; what cannot be parsed is logged and skipped. Default `true`. */
  parseJson?: boolean
  /** The query parameter that tells the server where to resume, for the native transport. */
  lastEventIdParam?: string
  /** How tabs agree on who connects. Default `auto`. */
  strategy?: Strategy
  /** How the stream is read. Default `auto`: `fetch` for the page's own origin, the native EventSource for others. */
  transport?: TransportName
  /** Request headers, or a function that gives them, asked at every connect and once more after a 401. Wants `scope`. */
  headers?: HeadersOption
  /** Whose stream it is, such as the user's id: two scopes never share. Required with `headers`. */
  scope?: string
  /** The request method. Default `GET`. */
  method?: string
  /** The request body. */
  body?: string
  /** How many of the last events a tab that joins late gets. Default 0. */
  replay?: number
  /** Disconnects when aborted. */
  signal?: AbortSignal
}

/** What each option may be, as `typeof` says it. */
const kinds: Record<keyof CoordinatorOptions, string> = {
  url: 'string or object',
  onEvent: 'function',
  onError: 'function',
  onConnectionChange: 'function',
  onLeaderChange: 'function',
  onGap: 'function',
  withCredentials: 'boolean',
  reconnectForever: 'boolean',
  parseJson: 'boolean',
  channelName: 'string',
  lastEventIdParam: 'string',
  scope: 'string',
  method: 'string',
  body: 'string',
  transport: 'string',
  strategy: 'string or object',
  headers: 'object or function',
  logger: 'object',
  signal: 'object',
  eventTypes: 'object',
  maxReconnectAttempts: 'number',
  replay: 'number',
}

const words: { [name: string]: unknown[] } = {
  transport: ['auto', 'fetch', 'eventsource'],
  strategy: ['auto', 'heartbeat', 'standalone'],
}

/** What is wrong with an option, in words that follow its name; undefined when it is right. */
function faultOf(name: string, value: unknown): string | undefined {
  const kind = Object.hasOwn(kinds, name) && kinds[name as keyof CoordinatorOptions]
  if (!kind) return 'is not an option'
  if (value === null || !kind.includes(typeof value)) return `must be of type ${kind}`
  if (typeof value === 'string' && words[name]?.includes(value) === false) return `must be ${words[name].join(', ')}`
  if (name === 'eventTypes' && !Array.isArray(value)) return 'must be a list'
  if (name === 'signal' && !(value instanceof AbortSignal)) return 'must be an AbortSignal'
  const isCount = value === Number.POSITIVE_INFINITY || Number.isInteger(value)
  if (typeof value === 'number' && !(isCount && value >= 0)) return 'must be a whole number, zero or more'
  return undefined
}

/**
 * The stream's absolute URL, if all options are right.
 *
 * @throws TypeError that names the first wrong option. Error for a URL that cannot be used.
 */
export function checkOptions(options: CoordinatorOptions): string {
  if (typeof options !== 'object' || options === null) throw new TypeError('options must be an object')
  for (const [name, value] of Object.entries(options)) {
    const fault = value !== undefined && faultOf(name, value)
    if (fault) throw new TypeError(`${name} ${fault}`)
  }
  const { headers, scope, strategy, transport, body, method } = options
  if (headers && scope === undefined) throw new TypeError('scope must say whose stream it is, given headers')
  if (typeof headers === 'function' && typeof strategy === 'object') {
    throw new TypeError('headers must be an object for sharedWorker')
  }
  if (transport === 'eventsource' && (headers || body || method)) {
    throw new TypeError('transport must be fetch for headers, method or body')
  }
  let url: URL
  try {
    url = resolveUrl(thisWorld, options.url)
  } catch {
    throw new TypeError(`Invalid URL: ${options.url}`)
  }
  if (!/^https?:$/.test(url.protocol)) throw new TypeError(`URL must use http or https protocol: ${options.url}`)
  return url.href
}
