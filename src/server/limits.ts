/**
 * Bounds on how many sessions there are. A request over a bound is answered 429 with `Retry-After`.
 *
 * What clients make of it: an `EventSource` that gets anything but 200 fires `error` once and stays closed for good. The
 * coordinator of this package can be asked to come back, and then waits as long as `Retry-After` says.
 */
import { expectKnownOptions, type KnownOptions } from '../config/known-options.js'
import { type Duration, toMs } from '../config/quantities.js'
import { openResponse, type SessionCallback } from './create-response.js'
import { type CreateSessionOptions, knownStreamOptions, openSession } from './create-session.js'
import type { DefaultSessionState } from './default-states.js'
import { noOptions } from './no-options.js'
import type { NodeRequest, NodeResponse } from './node-outlet.js'
import { badOption } from './refuse.js'
import type { Session } from './session.js'

/** Options of `createLimits`. */
export interface LimitsOptions {
  /** Most sessions in all. Default: no bound. */
  total?: number | undefined
  /** Most sessions of one channel, as named by `SessionPlace.channel`. Default: no bound. */
  perChannel?: number | undefined
  /** Most sessions of one key, such as a user or an address, as named by `SessionPlace.key`. Default: no bound. */
  perKey?: number | undefined
  /** How long a client that is refused is told to wait, to the next whole second. Default: 10 s. */
  retryAfter?: Duration | undefined
}

/** What a session counts for. */
export interface SessionPlace {
  /** The channel that it is going to be registered with. */
  channel?: object | string | undefined
  /** The user or address that it belongs to. */
  key?: string | undefined
}

/** Which bound was reached. */
export type LimitName = 'total' | 'channel' | 'key'

const knownLimits: KnownOptions<LimitsOptions> = { total: true, perChannel: true, perKey: true, retryAfter: true }
const knownPlacedOptions: KnownOptions<CreateSessionOptions & SessionPlace> = {
  ...knownStreamOptions,
  channel: true,
  key: true,
}

/** Counts sessions and refuses those over a bound. Made by `createLimits`. */
export class Limits {
  readonly #bounds: Record<LimitName, number>
  readonly #retryAfterSeconds: number
  readonly #byChannel = new Map<object | string, number>()
  readonly #byKey = new Map<string, number>()
  #held = 0
  readonly #refused: Record<LimitName, number> = { total: 0, channel: 0, key: 0 }

  constructor(options: LimitsOptions = noOptions) {
    expectKnownOptions('createLimits', options, knownLimits)
    const { total, perChannel, perKey, retryAfter = '10s' } = options
    this.#bounds = {
      total: bound('total', total),
      channel: bound('perChannel', perChannel),
      key: bound('perKey', perKey),
    }
    this.#retryAfterSeconds = Math.max(1, Math.ceil(toMs('retryAfter', retryAfter) / 1000))
  }

  /** Sessions that count now. */
  get sessionCount(): number {
    return this.#held
  }

  /** How many requests were refused so far, by the bound that they met. */
  get refused(): Readonly<Record<LimitName, number>> {
    return this.#refused
  }

  /** The bound that a further session would break, if any. */
  reached({ channel, key }: SessionPlace = {}): LimitName | undefined {
    if (this.#held >= this.#bounds.total) return 'total'
    if (channel !== undefined && (this.#byChannel.get(channel) ?? 0) >= this.#bounds.channel) return 'channel'
    if (key !== undefined && (this.#byKey.get(key) ?? 0) >= this.#bounds.key) return 'key'
    return undefined
  }

  /** As `createSession`; over a bound the request is answered 429, and the answer is `undefined`. */
  createSession<State = DefaultSessionState>(
    request: NodeRequest,
    response: NodeResponse,
    options: CreateSessionOptions<State> & SessionPlace = noOptions,
  ): Session<State> | undefined {
    expectKnownOptions('createSession', options, knownPlacedOptions)
    const limit = this.reached(options)
    if (limit) {
      this.#refused[limit] += 1
      response.statusCode = 429
      for (const [name, value] of Object.entries(this.#refusalHeaders())) response.setHeader(name, value)
      response.end(refusalText(limit))
      return undefined
    }
    const session = openSession(request, response, options)
    this.#hold(session, options)
    return session
  }

  /** As `createResponse`; over a bound the answer is 429, and `callback` is not called. */
  createResponse<State = DefaultSessionState>(
    request: Request,
    options: CreateSessionOptions<State> & SessionPlace,
    callback: SessionCallback<State>,
  ): Response {
    expectKnownOptions('createResponse', options, knownPlacedOptions)
    const limit = this.reached(options)
    if (limit) {
      this.#refused[limit] += 1
      return new Response(refusalText(limit), { status: 429, headers: this.#refusalHeaders() })
    }
    return openResponse<State>(request, options, (session) => {
      this.#hold(session, options)
      return callback(session)
    })
  }

  #hold<State>(session: Session<State>, { channel, key }: SessionPlace): void {
    if (!session.isConnected) return
    this.#held += 1
    if (channel !== undefined) add(this.#byChannel, channel, 1)
    if (key !== undefined) add(this.#byKey, key, 1)
    session.once('disconnected', () => {
      this.#held -= 1
      if (channel !== undefined) add(this.#byChannel, channel, -1)
      if (key !== undefined) add(this.#byKey, key, -1)
    })
  }

  #refusalHeaders(): Record<string, string> {
    return {
      'Retry-After': String(this.#retryAfterSeconds),
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
    }
  }
}

/**
 * Makes bounds.
 *
 * @throws SseCoordError for an option that there is none of, and for a bound that is no whole number above zero.
 */
export function createLimits(options: LimitsOptions = noOptions): Limits {
  return new Limits(options)
}

function refusalText(limit: LimitName): string {
  const whose = { total: 'on this server', channel: 'for this channel', key: 'for this client' }[limit]
  return `Too many event streams ${whose}. Close one, or come back later.\n`
}

function bound(name: string, value = Number.POSITIVE_INFINITY): number {
  if (value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && value > 0)) return value
  throw badOption(`${name} is a number of sessions above zero, not ${value}`)
}

/** Counts that reach zero are taken out, so that keys of clients long gone take no memory. */
function add<Key>(counts: Map<Key, number>, key: Key, change: number): void {
  const count = (counts.get(key) ?? 0) + change
  if (count > 0) counts.set(key, count)
  else counts.delete(key)
}
