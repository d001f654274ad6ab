/**
 * A backbone on a Redis stream: one stream for all channels, which gives one order for all ids. Every server adds with
 * `XADD MAXLEN ~`, and reads on from the last id it saw; whoever resumes reads what it missed with `XRANGE`. Works with
 * `ioredis`, which is handed in and not imported.
 */
import { expectKnownOptions, type KnownOptions } from '../config/known-options.js'
import type { Backbone, LoggedEvent } from './backbone.js'
import { isAfterEntry, isEntryId, type RedisClient, readBetween, toEvent, toFields } from './redis-log.js'
import { RedisReader } from './redis-reader.js'
import { badOption } from './refuse.js'
import { createSubscribers } from './subscribers.js'
import { warnOnce } from './warn.js'

/** Options of `createRedisBackbone`. */
export interface RedisBackboneOptions {
  /** A connected `ioredis` client. It stays yours: closing the backbone leaves it open. */
  redis: RedisClient
  /** The key of the stream; `<key>:epoch` is used too. Servers with the same key share their channels. Default: `sse-coord`. */
  key?: string | undefined
  /** About how many events are remembered, of all channels together. Default: 10,000. */
  maxLength?: number | undefined
  /** Told of what goes wrong while reading; reading goes on by itself. Default: the process warns, once for each message. */
  onError?: ((error: unknown) => void) | undefined
}

const warn = (error: unknown): void =>
  warnOnce('The Redis stream cannot be read for now', error, 'Give onError to hear of it.')

const known: KnownOptions<RedisBackboneOptions> = {
  redis: true,
  key: 'text',
  maxLength: true,
  onError: 'function',
}

/**
 * Makes a backbone on Redis 6.2 or newer. Resolves once the stream's present end is known. While Redis is away, publishing
 * does what the given client is set up to do (`ioredis` waits and tries again; should a reply be lost, an event may be in
 * the log twice); sessions stay open, and clients that want to resume are sent away to come back.
 *
 * @throws SseCoordError when `redis` is another client, `maxLength` no number of events, or there is no such option;
 * whatever the client rejects with.
 */
export async function createRedisBackbone(options: RedisBackboneOptions): Promise<Backbone> {
  expectKnownOptions('createRedisBackbone', options, known)
  const { redis, key = 'sse-coord', maxLength = 10_000, onError = warn } = options
  if (typeof redis?.call !== 'function') {
    throw badOption('redis is a client of ioredis', "import { Redis } from 'ioredis', and give redis: new Redis()")
  }
  if (!Number.isSafeInteger(maxLength) || maxLength < 1) {
    throw badOption(`maxLength is a number of events above zero, not ${maxLength}`)
  }
  const subscribers = createSubscribers()
  const reader = new RedisReader(redis, key, {
    onEntry: (epoch, id, fields) => subscribers.deliver(toEvent(epoch, id, fields)),
    onLost: () => subscribers.tellLost(),
    onError,
  })
  await reader.open()
  /** Clients of a server that went away all come with much the same id: one answer serves those that ask together. */
  const asked = new Map<string, Promise<readonly LoggedEvent[] | undefined>>()

  function parse(id: string): string | undefined {
    const { epoch } = reader
    if (!id.startsWith(`${epoch}:`)) return undefined
    const entry = id.slice(epoch.length + 1)
    return isEntryId(entry) ? entry : undefined
  }

  async function findMissed(id: string, end: string): Promise<readonly LoggedEvent[] | undefined> {
    const from = parse(id)
    const { epoch } = reader
    const entries = from === undefined ? undefined : await readBetween(redis, key, from, end)
    return entries?.map(([entry, fields]) => toEvent(epoch, entry, fields))
  }

  async function close(): Promise<void> {
    reader.close()
    subscribers.clear()
  }

  return {
    get position() {
      return `${reader.epoch}:${reader.last}`
    },
    async publish(event) {
      const id = await redis.call('XADD', key, 'MAXLEN', '~', maxLength, '*', ...toFields(event))
      return `${reader.epoch}:${String(id)}`
    },
    subscribe: subscribers.add,
    missedSince(id) {
      const { last } = reader
      const question = `${id} ${last}`
      const known = asked.get(question)
      if (known) return known
      const answer = findMissed(id, last).finally(() => asked.delete(question))
      asked.set(question, answer)
      return answer
    },
    isAfter(id, other) {
      const [entry, otherEntry] = [parse(id), parse(other)]
      return entry !== undefined && otherEntry !== undefined && isAfterEntry(entry, otherEntry)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
