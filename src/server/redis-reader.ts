/**
 * Reads a Redis stream as it grows: one blocking `XREAD` after the other, on a connection of its own, from the last entry
 * seen. After a reconnection it makes sure first that the log is still the one it knows.
 */
import { type Entry, entriesOf, isAfterEntry, type RedisClient, readEnd, readEpoch } from './redis-log.js'

/** Who hears of what is read. */
export interface RedisListener {
  onEntry(epoch: string, id: string, fields: string[]): void
  /** The log is another than before, or has lost its end. */
  onLost(): void
  /** Reading goes on by itself. */
  onError(error: unknown): void
}

/** How long one `XREAD` waits before it is asked again. */
const blockMs = 5000
/** The wait after an error, so that a Redis that refuses is not asked without pause. */
const pauseMs = 200

/** A reader of one stream, from `open` to `close`. */
export class RedisReader {
  /** The name of the log's present life. */
  epoch = ''
  /** The last entry seen. */
  last = ''
  readonly #redis: RedisClient
  readonly #key: string
  readonly #listener: RedisListener
  /** Its own connection: a blocking command would keep all others waiting. */
  readonly #connection: RedisClient
  /** Connections so far: what was asked on one is not believed on the next. */
  #connections = 1
  #isUnchecked = false
  #checking: Promise<void> | undefined
  #isClosed = false
  #wake = (): void => {}

  constructor(redis: RedisClient, key: string, listener: RedisListener) {
    this.#redis = redis
    this.#key = key
    this.#listener = listener
    this.#connection = redis.duplicate({ maxRetriesPerRequest: null, enableOfflineQueue: true, lazyConnect: true })
  }

  /** Resolves once the stream's present end is known, from where it reads on; rejects with whatever the client does. */
  async open(): Promise<void> {
    this.#connection.on('error', this.#report)
    try {
      await this.#connection.connect()
      this.epoch = await readEpoch(this.#redis, this.#key)
      this.last = await readEnd(this.#redis, this.#key)
    } catch (error) {
      this.#isClosed = true
      this.#connection.disconnect()
      throw error
    }
    this.#connection.on('ready', this.#onReady)
    void this.#readOn()
  }

  /** Nothing is told from here on. What is being asked is not waited for: while Redis is away no answer may ever come. */
  close(): void {
    this.#isClosed = true
    this.#wake()
    this.#connection.off('ready', this.#onReady)
    this.#connection.disconnect()
  }

  readonly #report = (error: unknown): void => {
    if (!this.#isClosed) this.#listener.onError(error)
  }

  readonly #onReady = (): void => {
    this.#connections += 1
    this.#isUnchecked = true
    this.#check().catch(this.#report)
  }

  async #readOn(): Promise<void> {
    while (!this.#isClosed) {
      try {
        if (this.#isUnchecked || this.#checking) await this.#check()
        await this.#readOnce()
      } catch (error) {
        if (this.#isClosed) return
        this.#report(error)
        await this.#pause()
      }
    }
  }

  async #readOnce(): Promise<void> {
    const asking = this.#connections
    const place = ['STREAMS', this.#key, this.last]
    const reply = await this.#connection.call('XREAD', 'COUNT', 1000, 'BLOCK', blockMs, ...place)
    if (asking !== this.#connections || this.#isClosed) return
    for (const entry of entriesOf(reply)) this.#tell(entry)
  }

  /** A listener that throws must not end the reading for everybody else. */
  #tell([id, fields]: Entry): void {
    this.last = id
    try {
      this.#listener.onEntry(this.epoch, id, fields)
    } catch (error) {
      this.#report(error)
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, pauseMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** After a reconnection: the same Redis with its data, or one that has lost the log? */
  #check(): Promise<void> {
    this.#checking ??= this.#checkLog().finally(() => {
      this.#checking = undefined
    })
    return this.#checking
  }

  async #checkLog(): Promise<void> {
    this.#isUnchecked = false
    try {
      const found = await readEpoch(this.#redis, this.#key)
      const end = await readEnd(this.#redis, this.#key)
      if (this.#isClosed) return
      const isAnother = found !== this.epoch
      if (!isAnother && !isAfterEntry(this.last, end)) return
      this.epoch = found
      // What is in another log already is new here, and delivered next; of one that lost its end, nothing is.
      this.last = isAnother ? '0-0' : end
    } catch (error) {
      this.#isUnchecked = true
      throw error
    }
    this.#listener.onLost()
  }
}
