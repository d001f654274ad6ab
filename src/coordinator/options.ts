/** The options of SSECoordinator, and what is wrong with them. */

import type { Strategy } from './choose.js'
import type { Elect } from './elect.js'
import type { HeadersOption, TransportName } from './plan.js'

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

const text = (value: unknown) => typeof value === 'string'
const flag = (value: unknown) => typeof value === 'boolean'
const callable = (value: unknown) => typeof value === 'function'
const count = (value: unknown) => Number.isInteger(value) && (value as number) >= 0
const oneOf =
  (...words: string[]) =>
  (value: unknown) =>
    words.includes(value as string)

const rules: Record<Exclude<keyof CoordinatorOptions, 'url'>, [(value: unknown) => boolean, string]> = {
  eventTypes: [(value) => Array.isArray(value) && value.every(text), 'a list of strings'],
  onEvent: [callable, 'a function'],
  channelName: [(value) => text(value) && value !== '', 'a string'],
  withCredentials: [flag, 'true or false'],
  maxReconnectAttempts: [(value) => count(value) || value === Number.POSITIVE_INFINITY, 'a whole number, zero or more'],
  reconnectForever: [flag, 'true or false'],
  logger: [(value) => typeof value === 'object' && value !== null, 'an object'],
  onError: [callable, 'a function'],
  onConnectionChange: [callable, 'a function'],
  onLeaderChange: [callable, 'a function'],
  onGap: [callable, 'a function'],
  parseJson: [flag, 'true or false'],
  lastEventIdParam: [(value) => text(value) && value !== '', 'a string'],
  strategy: [
    (value) => oneOf('auto', 'heartbeat', 'standalone')(value) || typeof (value as Elect)?.begin === 'function',
    'auto, heartbeat, standalone or sharedWorker({ url })',
  ],
  transport: [oneOf('auto', 'fetch', 'eventsource'), 'auto, fetch or eventsource'],
  headers: [(value) => callable(value) || (typeof value === 'object' && value !== null), 'an object or a function'],
  scope: [text, 'a string'],
  method: [text, 'a string'],
  body: [text, 'a string'],
  replay: [count, 'a whole number, zero or more'],
  signal: [(value) => typeof (value as AbortSignal)?.addEventListener === 'function', 'an AbortSignal'],
}

/**
 * The stream's absolute URL, if all options are right.
 *
 * @throws TypeError that names the first wrong option. Error for a URL that cannot be used.
 */
export function checkOptions(options: CoordinatorOptions, baseUrl: string | undefined): string {
  if (typeof options !== 'object' || options === null) throw new TypeError('options must be an object')
  const values = options as unknown as Record<string, unknown>
  for (const [name, [isRight, words]] of Object.entries(rules)) {
    if (values[name] !== undefined && !isRight(values[name])) throw new TypeError(`${name} must be ${words}`)
  }
  for (const name in values) {
    if (name !== 'url' && !Object.hasOwn(rules, name)) throw new TypeError(`${name} is not an option`)
  }
  if (options.headers && options.scope === undefined) {
    throw new TypeError(
      'scope must be given with headers: it says whose stream it is, so that two users never share one',
    )
  }
  if (options.transport === 'eventsource' && (options.headers || options.body || options.method)) {
    throw new TypeError('transport must be fetch or auto with headers, method or body: an EventSource sends none')
  }
  let url: URL
  try {
    url = new URL(options.url, baseUrl)
  } catch {
    throw new TypeError(`Invalid URL: ${options.url}`)
  }
  if (!/^https?:$/.test(url.protocol)) throw new TypeError(`URL must use http or https protocol: ${options.url}`)
  return url.href
}
