/** A backbone inside one process: for tests, for several servers in one process, and as the measure of the others. */
import { randomBytes } from 'node:crypto'
import { expectKnownOptions, type KnownOptions } from '../config/known-options.js'
import type { Backbone, LoggedEvent } from './backbone.js'
import { noOptions } from './no-options.js'
import { badOption } from './refuse.js'
import { createSubscribers } from './subscribers.js'

/** Options of `createMemoryBackbone`. */
export interface MemoryBackboneOptions {
  /** Most events remembered, of all channels together. Default: 10,000. */
  maxLength?: number | undefined
}

const known: KnownOptions<MemoryBackboneOptions> = { maxLength: true }

/**
 * Makes a backbone in memory. Its history dies with the process.
 *
 * @throws SseCoordError when `maxLength` is no number of events, or there is no such option.
 */
export function createMemoryBackbone(options: MemoryBackboneOptions = noOptions): Backbone {
  expectKnownOptions('createMemoryBackbone', options, known)
  const { maxLength = 10_000 } = options
  if (!Number.isSafeInteger(maxLength) || maxLength < 1) {
    throw badOption(`maxLength is a number of events above zero, not ${maxLength}`)
  }
  const epoch = randomBytes(6).toString('base64url')
  const subscribers = createSubscribers()
  let log: LoggedEvent[] = []
  /** The number of the log's first event. */
  let first = 1
  let last = 0

  const numberOf = (id: string): number =>
    new RegExp(`^${epoch}:\\d{1,15}$`).test(id) ? Number(id.slice(epoch.length + 1)) : Number.NaN

  async function close(): Promise<void> {
    log = []
    subscribers.clear()
  }

  return {
    get position() {
      return `${epoch}:${last}`
    },
    async publish(event) {
      last += 1
      const logged = { ...event, id: `${epoch}:${last}` }
      log.push(logged)
      if (log.length > maxLength * 2) {
        first += log.length - maxLength
        log = log.slice(-maxLength)
      }
      subscribers.deliver(logged)
      return logged.id
    },
    subscribe: subscribers.add,
    async missedSince(id) {
      const number = numberOf(id)
      const oldest = Math.max(first, last - maxLength + 1)
      if (!(number >= oldest - 1 && number <= last)) return undefined
      return log.slice(number + 1 - first)
    },
    isAfter: (id, other) => numberOf(id) > numberOf(other),
    close,
    [Symbol.asyncDispose]: close,
  }
}
