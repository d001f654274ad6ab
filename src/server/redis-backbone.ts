/**
 * A backbone on a Redis stream: one stream for all channels, which gives one order for all ids. Every server adds with
 * `XADD MAXLEN ~`, and reads with one blocking `XREAD` on a connection of its own, from the last id it saw; whoever
 * resumes reads what it missed with `XRANGE`. Works with `ioredis`, which is handed in and not imported.
 */
import type { Backbone, LoggedEvent } from './backbone.js'
import {
  entriesOf,
  isAfterEntry,
  type RedisClient,
  readBetween,
  readEnd,
  readEpoch,
  toEvent,
  toFields,
} from './redis-log.js'
import { badOption } from './refuse.js'
import { createSubscribers } from './subscribers.js'

/** Options of `createRedisBackbone`. */
export interface RedisBackboneOptions {
  /** A connected `ioredis` client. It stays yours: closing the backbone leaves it open. */
  redis: RedisClient
  /** The key of the stream; `<key>:epoch` is used too. Servers with the same key share their channels. Default: `sse-coord`. */
  key?: string
  /** About how many events are remembered, of all channels together. Default: 10,000. */
  maxLength?: number
  /** Told of what goes wrong while reading; reading goes on by itself. Default: nobody is told. */
  onError?: (error: unknown) => void
}

/** How long one `XREAD` waits before it is asked again. */
const blockMs = 5000
/** The wait after an error, so that a Redis that refuses is not asked without pause. */
const pauseMs = 200

/**
 * Makes a backbone on Redis 6.2 or newer. Resolves once the stream's present end is known. While Redis is away, publishing
 * does what the given client is set up to do (`ioredis` waits and tries again; should a reply be lost, an event may be in
 * the log twice); sessions stay open, and clients that want to resume are sent away to come back.
 *
 * @throws SseCoordError when `maxLength` is no number of events; whatever the client rejects with.
 */
export async function createRedisBackbone(options: RedisBackboneOptions): Promise<Backbone> {
  const { redis, key = 'sse-coord', maxLength = 10_000, onError = () => {} } = options
  if (!Number.isSafeInteger(maxLength) || maxLength < 1) {
    throw badOption(`maxLength is a number of events above zero, not ${maxLength}`)
  }
  const subscribers = createSubscribers()
  const reader = redis.duplicate({ maxRetriesPerRequest: null, enableOfflineQueue: true, lazyConnect: true })
  const report = (error: unknown): void => {
    if (!isClosed) onError(error)
  }
  let isClosed = false
  let wake = (): void => {}
  /** Connections so far: what was asked on one is not believed on the next. */
  let connection = 1
  let isUnchecked = false
  let checking: Promise<void> | undefined
  const onReady = (): void => {
    connection += 1
    isUnchecked = true
    check().catch(report)
  }
  reader.on('error', report)
  let epoch: string
  let last: string
  try {
    await reader.connect()
    epoch = await readEpoch(redis, key)
    last = await readEnd(redis, key)
  } catch (error) {
    isClosed = true
    reader.disconnect()
    throw error
  }
  reader.on('ready', onReady)
  const reading = readOn()
  /** Clients of a server that went away all come with much the same id: one answer serves those that ask together. */
  const asked = new Map<string, Promise<readonly LoggedEvent[] | undefined>>()

  async function readOn(): Promise<void> {
    while (!isClosed) {
      try {
        if (isUnchecked || checking) await check()
        const asking = connection
        const reply = await reader.call('XREAD', 'COUNT', 1000, 'BLOCK', blockMs, 'STREAMS', key, last)
        if (asking !== connection) continue
        for (const [id, fields] of entriesOf(reply)) {
          last = id
          deliver(toEvent(epoch, id, fields))
        }
      } catch (error) {
        if (isClosed) return
        report(error)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, pauseMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
    }
  }

  /** A listener that throws must not end the reading for everybody else. */
  function deliver(event: LoggedEvent): void {
    try {
      subscribers.deliver(event)
    } catch (error) {
      report(error)
    }
  }

  /** After a reconnection: the same Redis with its data, or one that has lost the log? */
  function check(): Promise<void> {
    checking ??= checkLog().finally(() => {
      checking = undefined
    })
    return checking
  }

  async function checkLog(): Promise<void> {
    isUnchecked = false
    try {
      const found = await readEpoch(redis, key)
      const end = await readEnd(redis, key)
      const isAnother = found !== epoch
      if (!isAnother && !isAfterEntry(last, end)) return
      epoch = found
      // What is in another log already is new here, and delivered next; of one that lost its end, nothing is.
      last = isAnother ? '0-0' : end
    } catch (error) {
      isUnchecked = true
      throw error
    }
    subscribers.tellLost()
  }

  function parse(id: string): string | undefined {
    if (!id.startsWith(`${epoch}:`)) return undefined
    const entry = id.slice(epoch.length + 1)
    return /^(0|[1-9]\d{0,19})-(0|[1-9]\d{0,19})$/.test(entry) ? entry : undefined
  }

  async function findMissed(id: string, end: string): Promise<readonly LoggedEvent[] | undefined> {
    const from = parse(id)
    const life = epoch
    const entries = from === undefined ? undefined : await readBetween(redis, key, from, end)
    return entries?.map(([entry, fields]) => toEvent(life, entry, fields))
  }

  async function close(): Promise<void> {
    isClosed = true
    wake()
    reader.disconnect()
    await reading
    reader.off('ready', onReady)
    subscribers.clear()
  }

  return {
    get position() {
      return `${epoch}:${last}`
    },
    async publish(event) {
      const id = await redis.call('XADD', key, 'MAXLEN', '~', maxLength, '*', ...toFields(event))
      return `${epoch}:${String(id)}`
    },
    subscribe: subscribers.add,
    missedSince(id) {
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
