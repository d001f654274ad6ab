/** What is followed, and for how long. */
import type { HeaderPair, StreamRequest } from '../client/index.js'
import { type Duration, toMs } from '../config/quantities.js'
import { SseCoordError } from '../error.js'
import { decodeLastEventId } from '../sse/last-event-id.js'
import { createQuietWatch, type QuietStream, type WatchQuiet } from './watch-quiet.js'

/** Options of `tail` and `record`. */
export interface FollowOptions {
  /** Default: GET, with a body POST. */
  method?: string
  /** One character of a value is one byte on the wire. */
  headers?: readonly HeaderPair[]
  body?: Uint8Array | string
  /** Default: `auto`, what TLS agrees on, and 1.1 without TLS. */
  http?: 1 | 2 | 'auto'
  /** Take certificates that nobody vouches for. Default: no. */
  insecure?: boolean
  /** Begin after this event. Default: what a header of that name says, or none. */
  lastEventId?: string
  /** Connect again when the stream ends, as a browser does. Default: for GET; another method is not sent twice unasked. */
  reconnect?: boolean
  /** Stop after so many events. Default: never. */
  count?: number
  /** Stop after this time, such as `20s`. Default: never. */
  for?: Duration
  /** The reconnection time until the server names one. Default: 3 s, as in Chromium. */
  retry?: Duration
  /** Most characters kept of one event's data. Default: 16 Mi. */
  maxDataLength?: number
  /** Longest wait for a connection, and from there for the head of the answer. Default: 10 s and 30 s. */
  connectTimeout?: Duration
  headersTimeout?: Duration
  /** Told, at most twice, of a stream that is open and brings no event: that nothing comes, and that what came is none. */
  onQuiet?: (quiet: QuietStream) => void
  /** How long a stream may be open without an event before `onQuiet` is told. Default: 5 s. */
  quietAfter?: Duration
  /** Stops it. */
  signal?: AbortSignal
}

/** The options with their defaults. */
export interface FollowPlan {
  request: StreamRequest
  lastEventId: string
  reconnects: boolean
  count: number
  forMs: number | null
  retryMs: number
  maxDataLength: number
  watchQuiet: WatchQuiet
  signal: AbortSignal | undefined
}

/** @throws SseCoordError `bad-option` */
export function settleFollow(url: string | URL, options: FollowOptions): FollowPlan {
  const { body, method = body === undefined ? 'GET' : 'POST', http = 'auto', headers = [], count } = options
  if (!URL.canParse(String(url))) {
    throw new SseCoordError('bad-option', 'A stream has a whole URL, such as http://localhost:3000/events.')
  }
  if (count !== undefined && !(Number.isSafeInteger(count) && count > 0)) {
    throw new SseCoordError('bad-option', `count is a whole number above zero, not ${count}`)
  }
  const times = {
    ...(options.connectTimeout === undefined
      ? {}
      : { connectTimeoutMs: toMs('connectTimeout', options.connectTimeout) }),
    ...(options.headersTimeout === undefined
      ? {}
      : { headersTimeoutMs: toMs('headersTimeout', options.headersTimeout) }),
  }
  return {
    request: {
      url: new URL(url),
      method,
      http,
      insecure: options.insecure ?? false,
      headers: headers.filter((pair) => !isLastEventId(pair)),
      ...(body === undefined ? {} : { body }),
      ...times,
    },
    lastEventId: options.lastEventId ?? decodeLastEventId(headers.find(isLastEventId)?.[1] ?? ''),
    reconnects: options.reconnect ?? method === 'GET',
    count: count ?? Number.POSITIVE_INFINITY,
    forMs: options.for === undefined ? null : toMs('for', options.for),
    retryMs: toMs('retry', options.retry ?? 3000),
    maxDataLength: options.maxDataLength ?? 16 * 1024 * 1024,
    watchQuiet: createQuietWatch(options.onQuiet, toMs('quietAfter', options.quietAfter ?? 5000)),
    signal: options.signal,
  }
}

function isLastEventId([name]: HeaderPair): boolean {
  return name.toLowerCase() === 'last-event-id'
}
