/** What was asked of a channel, of a registration and of a broadcast: whether there is such a thing, and its defaults. */
import { expectKnownOptions, type KnownOptions } from '../config/known-options.js'
import { nameOf } from '../config/name-value.js'
import { toBytes, toMs } from '../config/quantities.js'
import type { BroadcastOptions, ChannelOptions, HistoryOptions, RegisterOptions } from './channel-options.js'
import type { HistoryBounds } from './history.js'
import { badOption } from './refuse.js'
import { Session } from './session.js'
import type { Sanitizer, Serializer } from './session-options.js'
import { toJson } from './to-json.js'

/** The options of a channel with every default filled in and every unit resolved. */
export interface ChannelSettings {
  readonly bounds: HistoryBounds
  /** 0 for a channel that stays, however long it is empty. */
  readonly emptyTimeoutMs: number
  readonly serializer: Serializer
  readonly sanitizer: Sanitizer | undefined
}

/** Every option of a channel. */
export const knownChannelOptions: KnownOptions<ChannelOptions> = {
  state: true,
  history: true,
  backbone: true,
  name: 'text',
  emptyTimeout: true,
  serializer: 'function',
  sanitizer: 'function',
}

const knownHistoryOptions: KnownOptions<HistoryOptions> = { size: true, maxAge: true, maxBytes: true }
const knownRegisterOptions: KnownOptions<RegisterOptions> = { topics: true }
const knownBroadcastOptions: KnownOptions<BroadcastOptions> = {
  eventId: true,
  topic: 'text',
  key: 'text',
  filter: 'function',
}

/** @throws SseCoordError for an option that there is none of, or that makes no sense. */
export function settleChannel<State>(options: ChannelOptions<State>): ChannelSettings {
  expectKnownOptions('createChannel', options, knownChannelOptions)
  const { history, emptyTimeout = false, backbone, name } = options
  if (backbone && typeof backbone.subscribe !== 'function') {
    throw badOption(
      `backbone is a backbone, not ${nameOf(backbone)}`,
      'createRedisBackbone answers a promise of one: await it',
    )
  }
  if (backbone && name === undefined) throw badOption('a channel on a backbone has a name')
  if (backbone && history) {
    throw badOption('a channel on a backbone has no history of its own', 'give the backbone a maxLength instead')
  }
  return {
    bounds: boundsOf(history ?? {}),
    emptyTimeoutMs: emptyTimeout === false ? 0 : toMs('emptyTimeout', emptyTimeout),
    serializer: options.serializer ?? toJson,
    sanitizer: options.sanitizer,
  }
}

function boundsOf(options: HistoryOptions): HistoryBounds {
  expectKnownOptions('history', options, knownHistoryOptions)
  const { size = 500, maxAge, maxBytes = '16MiB' } = options
  if (!Number.isSafeInteger(size) || size < 0) throw badOption(`history.size is a number of events, not ${size}`)
  return {
    size,
    maxAgeMs: maxAge === undefined ? Number.POSITIVE_INFINITY : toMs('history.maxAge', maxAge),
    maxBytes: toBytes('history.maxBytes', maxBytes),
  }
}

/** @throws SseCoordError for what is no session, such as that of limits that were reached, or another copy's, and for an unknown option. */
export function checkRegistration(session: unknown, options: RegisterOptions): void {
  if (!(session instanceof Session)) {
    // Its inner parts are another copy's, which this one cannot reach.
    if (typeof (session as Partial<Session> | undefined)?.dismiss === 'function') {
      const hint =
        "bundlers may put a copy into each of their files: have them import the package, as Next.js does with serverExternalPackages: ['sse-coord']"
      throw badOption('register takes a session of its own copy of sse-coord/server, and there are two of them', hint)
    }
    const hint = 'give what createSession answers; that of limits answers undefined when one is reached'
    throw badOption(`register takes a session, not ${nameOf(session)}`, hint)
  }
  expectKnownOptions('register', options, knownRegisterOptions)
}

/** @throws SseCoordError for an option that there is none of, or of the wrong kind: an event that nobody would get. */
export function checkBroadcast<SessionState>(options: BroadcastOptions<SessionState>): void {
  expectKnownOptions('broadcast', options, knownBroadcastOptions)
}
