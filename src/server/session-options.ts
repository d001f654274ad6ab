/** What can be asked of a session, and the same with every default filled in and every unit resolved. */

import type { KnownOptions } from '../config/known-options.js'
import { type Duration, type Size, toBytes, toMs } from '../config/quantities.js'
import type { DefaultSessionState } from './default-states.js'
import { noOptions } from './no-options.js'
import { badOption } from './refuse.js'
import { toJson } from './to-json.js'

/** Turns what is pushed into the text of `data:` lines. */
export type Serializer = (data: unknown) => string

/** Changes the text of a field before it is written, such as to take out line breaks. */
export type Sanitizer = (text: string, field: 'data' | 'event' | 'id' | 'comment') => string

/**
 * What becomes of events for a client that does not read, once `maxBufferedBytes` wait for it:
 *
 * - `disconnect`: the connection is cut; the client comes back and resumes from the history. Nothing is lost silently.
 * - `drop-oldest`: what has waited longest is dropped. For streams where only the latest matters.
 * - `conflate`: from the first event that has to wait, only the newest of each key waits: the `key` it was sent with, or
 *   its event name. Should even those be more than `maxBufferedBytes`, the connection is cut.
 */
export type SlowReaderPolicy = 'disconnect' | 'drop-oldest' | 'conflate'

/** Options that do not depend on what carries the stream. Durations: a number is milliseconds, or such as `15s`. */
export interface SessionOptions<State = DefaultSessionState> {
  /** What belongs to this client: the user, a room. Default: an empty object. */
  state?: State | undefined
  /**
   * The reconnection time for the client, sent first; of two, a random time between them, so that the clients of a
   * restarted server do not all return at once. Default: 2 to 5 s. `false` or `null` leaves it to the client.
   */
  retry?: Duration | readonly [from: Duration, to: Duration] | false | null | undefined
  /**
   * A comment is sent whenever the stream has been silent for this long, so that proxies do not take it for dead.
   * Default: 15 s. `false` or `null` switches it off.
   */
  keepAlive?: Duration | false | null | undefined
  /** The stream's longest life: it is closed then, and the client returns and resumes. Default: none. */
  timeout?: Duration | false | undefined
  /**
   * Most bytes that may wait for a client that does not read, beyond what its connection already holds. Default: 1 MiB.
   */
  maxBufferedBytes?: Size | undefined
  /** What happens at `maxBufferedBytes`, after a `slow` event. Default: `disconnect`. */
  onSlow?: SlowReaderPolicy | undefined
  /** How data becomes text. Default: JSON; bytes and promises are refused. */
  serializer?: Serializer | undefined
  /**
   * Changes the text of fields before they are written. Without one, line breaks in data make more `data:` lines, which
   * is what they mean, and line breaks in an event name or id are refused. What a sanitizer leaves is checked the same.
   */
  sanitizer?: Sanitizer | undefined
  /** `false` ignores the last event ID that the client sends: nothing is replayed to it. Default: true. */
  trustClientEventId?: boolean | undefined
}

/** Every one of them. */
export const knownSessionOptions: KnownOptions<SessionOptions> = {
  state: true,
  retry: true,
  keepAlive: true,
  timeout: true,
  maxBufferedBytes: true,
  onSlow: true,
  serializer: 'function',
  sanitizer: 'function',
  trustClientEventId: true,
}

/** Options of one `push`. */
export interface PushOptions {
  /** For `onSlow: 'conflate'`: newer events of this key make older ones superfluous. Default: the event name. */
  key?: string | undefined
}

/** Every one of them. */
export const knownPushOptions: KnownOptions<PushOptions> = { key: true }

/** From the shortest to the longest reconnection time; both the same where all clients are told one. */
export type RetryRange = readonly [fromMs: number, toMs: number]

/** The same, settled. Times of 0 mean off. */
export interface SessionSettings {
  readonly retryMs: RetryRange | undefined
  readonly keepAliveMs: number
  readonly timeoutMs: number
  readonly maxBufferedBytes: number
  readonly onSlow: SlowReaderPolicy
  readonly serializer: Serializer
  readonly sanitizer: Sanitizer | undefined
}

let standard: SessionSettings | undefined

/** @throws SseCoordError for an option that makes no sense. */
export function settle<State>(options: SessionOptions<State>): SessionSettings {
  if (options !== noOptions) return settleEach(options)
  standard ??= settleEach(options)
  return standard
}

function settleEach<State>(options: SessionOptions<State>): SessionSettings {
  const { retry = [2000, 5000], keepAlive = 15_000, timeout = false, maxBufferedBytes = 1024 * 1024 } = options
  const { onSlow = 'disconnect' } = options
  if (onSlow !== 'disconnect' && onSlow !== 'drop-oldest' && onSlow !== 'conflate') {
    throw badOption(`onSlow is a policy: disconnect, drop-oldest or conflate, not ${String(onSlow)}`)
  }
  return {
    retryMs: retry === false || retry === null ? undefined : retryRange(retry),
    keepAliveMs: keepAlive === false || keepAlive === null ? 0 : toMs('keepAlive', keepAlive),
    timeoutMs: timeout === false ? 0 : toMs('timeout', timeout),
    maxBufferedBytes: toBytes('maxBufferedBytes', maxBufferedBytes),
    onSlow,
    serializer: options.serializer ?? toJson,
    sanitizer: options.sanitizer,
  }
}

function retryRange(retry: Duration | readonly [Duration, Duration]): RetryRange {
  const [from, to] = typeof retry === 'object' ? retry : [retry, retry]
  const range: RetryRange = [wholeRetry(from), wholeRetry(to)]
  if (range[0] > range[1]) throw badOption(`retry is a range from the shorter to the longer time, not ${from} to ${to}`)
  return range
}

/** Clients read digits only. */
export function wholeRetry(retry: Duration): number {
  return Math.round(toMs('retry', retry))
}
