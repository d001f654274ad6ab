/** Publishes an event again and again: numbered, at a steady rate, types, topics and payloads in turn. */
import type { Channel } from '../server/index.js'
import type { PayloadSource } from './payload-source.js'

/** What each event's data says where no payload was asked for. */
export interface MockEvent {
  /** 1 for the first event since the mock was made; also the event's id. */
  seq: number
  /** When it was published, in milliseconds since 1970. */
  sentAt: number
  /** The event's topic, where the mock has topics. */
  topic?: string
}

/** What the publisher is made of. */
export interface PublisherOptions {
  channel: Channel
  everyMs: number | false
  eventTypes: readonly string[]
  topics: readonly string[]
  payloads: PayloadSource
  random(): number
}

/** A publisher. */
export interface Publisher {
  /** The number of the latest event. */
  readonly published: number
  /** Lends the next number for an event that comes from elsewhere; it is taken unless `use` throws. Answers it. */
  lendNumber(use: (number: number) => void): number
  /** Begins, or goes on one interval from now. */
  resume(): void
  pause(): void
}

/** Timers are no finer than this; above a thousand events a second several are published at a time. */
const finestMs = 1
/** A machine that slept does not publish what it missed meanwhile. */
const mostArrearsMs = 1000

/** Makes a publisher, at rest. */
export function createPublisher({
  channel,
  everyMs,
  eventTypes,
  topics,
  payloads,
  random,
}: PublisherOptions): Publisher {
  let published = 0
  let turn = 0
  let timer: NodeJS.Timeout | undefined

  function publish(): void {
    if (channel.isClosed) return
    const seq = ++published
    const event = eventTypes[turn % eventTypes.length] ?? 'message'
    const topic = topics[turn % topics.length]
    const templates = payloads.templates()
    const template = templates[turn % templates.length]
    turn += 1
    const plain: MockEvent = { seq, sentAt: Date.now(), ...(topic === undefined ? {} : { topic }) }
    const data = template ? template.render({ seq, event, topic, random }) : plain
    channel.broadcast(data, event, { eventId: String(seq), ...(topic === undefined ? {} : { topic }) })
  }

  function begin(intervalMs: number): NodeJS.Timeout {
    let dueMs = performance.now() + intervalMs
    return setInterval(
      () => {
        const now = performance.now()
        if (now - dueMs > mostArrearsMs) dueMs = now
        // A timer may fire a little early: what is due within half an interval goes now, and the rate is kept all the same.
        for (const until = now + Math.min(intervalMs / 2, 5); dueMs <= until; dueMs += intervalMs) publish()
      },
      Math.max(finestMs, intervalMs),
    )
  }

  return {
    get published() {
      return published
    },
    lendNumber(use) {
      use(published + 1)
      return ++published
    },
    resume() {
      if (everyMs !== false) timer ??= begin(everyMs)
    },
    pause() {
      clearInterval(timer)
      timer = undefined
    },
  }
}
