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

type Name = Exclude<keyof CoordinatorOptions, 'url'>
type Rule = [words: string, isRight: (value: unknown) => boolean, names: Name[]]

const isA = (type: string) => (value: unknown) => typeof value === type && value !== null && value !== ''
const oneOf =
  (...words: unknown[]) =>
  (value: unknown) =>
    words.includes(value)

const rules: Rule[] = [
  ['a function', isA('function'), ['onEvent', 'onError', 'onConnectionChange', 'onLeaderChange', 'onGap']],
  ['true or false', isA('boolean'), ['withCredentials', 'reconnectForever', 'parseJson']],
  ['a string', isA('string'), ['channelName', 'lastEventIdParam', 'scope', 'method', 'body']],
  ['an object', isA('object'), ['logger']],
  [
    'a whole number, zero or more',
    (value) => (value as number) >= 0 && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY),
    ['maxReconnectAttempts', 'replay'],
  ],
  ['a list of strings', (value) => Array.isArray(value) && value.every(isA('string')), ['eventTypes']],
  ['an object or a function', (value) => isA('object')(value) || isA('function')(value), ['headers']],
  ['an AbortSignal', (value) => value instanceof AbortSignal, ['signal']],
  ['auto, fetch or eventsource', oneOf('auto', 'fetch', 'eventsource'), ['transport']],
  [
    'auto, heartbeat, standalone or sharedWorker({ url })',
    (value) => oneOf('auto', 'heartbeat', 'standalone')(value) || isA('object')(value),
    ['strategy'],
  ],
]

/**
 * The stream's absolute URL, if all options are right.
 *
 * @throws TypeError that names the first wrong option. Error for a URL that cannot be used.
 */
export function checkOptions(options: CoordinatorOptions): string {
  if (typeof options !== 'object' || options === null) throw new TypeError('options must be an object')
  for (const [name, value] of Object.entries(options)) {
    const rule = rules.find(([, , names]) => names.includes(name as Name))
    if (!rule && name !== 'url') throw new TypeError(`${name} is not an option`)
    if (rule && value !== undefined && !rule[1](value)) throw new TypeError(`${name} must be ${rule[0]}`)
  }
  const { headers, scope, strategy, transport, body, method } = options
  if (headers && scope === undefined)
    throw new TypeError('scope must be given with headers: it says whose stream it is')
  if (typeof headers === 'function' && typeof strategy === 'object') {
    throw new TypeError('headers must be an object with sharedWorker: a worker cannot be handed a function')
  }
  if (transport === 'eventsource' && (headers || body || method)) {
    throw new TypeError('transport must not be eventsource with headers, method or body: it sends none')
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
