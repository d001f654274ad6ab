/** Sends what an iterable or a stream yields, as fast as the client reads, and lets go of the source when it leaves. */
import { Readable } from 'node:stream'
import { expectKnownOptions, type KnownOptions } from '../config/known-options.js'
import { nameOf } from '../config/name-value.js'

/** Anything that yields values. */
export type Source = Iterable<unknown> | AsyncIterable<unknown> | NodeJS.ReadableStream | ReadableStream<unknown>

/** How a source of events is sent. */
export interface SourceOptions {
  /** The events' name. Default: `iteration` for `iterate`, `stream` for `stream`. */
  eventName?: string | undefined
}

const known: KnownOptions<SourceOptions> = { eventName: true }
const standardNames = { iterate: 'iteration', stream: 'stream' } as const

/** The name of the events that a source becomes. @throws SseCoordError for an option that there is none of */
export function eventNameOf(caller: keyof typeof standardNames, options: SourceOptions): string {
  expectKnownOptions(caller, options, known)
  return options.eventName ?? standardNames[caller]
}

/** Where the values go. */
export interface Sink {
  isOpen(): boolean
  push(data: unknown): void
  /** Resolves when more can be taken. */
  drained(): Promise<void>
  /** Calls `listener` once when nothing more can be taken; the answer takes the listener away again. */
  onGone(listener: () => void): () => void
}

/** Sources that never wait would keep everybody else waiting: after this many values the event loop has a turn. */
const valuesPerTurn = 500

interface Cursor {
  next(): Promise<IteratorResult<unknown, unknown>> | IteratorResult<unknown, unknown>
  /** Ends the source, also while `next` is waiting. */
  stop(): unknown
}

/** Answers true when the source ended, false when the sink was gone first. */
export async function sendAll(source: Source, sink: Sink): Promise<boolean> {
  const cursor = cursorOf(source)
  const decoder = new TextDecoder()
  let isGone = false
  let wake = (): void => {}
  const forget = sink.onGone(() => {
    isGone = true
    // Whatever stopping makes of the source is of no interest to anybody any more.
    new Promise((resolve) => resolve(cursor.stop())).catch(() => {})
    wake()
  })
  try {
    for (let count = 1; ; count++) {
      const result = await new Promise<IteratorResult<unknown, unknown> | undefined>((resolve, reject) => {
        wake = () => resolve(undefined)
        Promise.resolve(cursor.next()).then(resolve, reject)
      })
      if (isGone || !result) return false
      if (result.done) return true
      const { value } = result
      const data = value instanceof Uint8Array ? decoder.decode(value, { stream: true }) : value
      if (data !== '' || !(value instanceof Uint8Array)) sink.push(data)
      await sink.drained()
      if (count % valuesPerTurn === 0) await new Promise((resolve) => setImmediate(resolve))
      if (!sink.isOpen()) return false
    }
  } catch (error) {
    if (isGone) return false
    await new Promise((resolve) => resolve(cursor.stop())).catch(() => {})
    throw error
  } finally {
    forget()
  }
}

/** @throws TypeError for what yields nothing */
function cursorOf(source: Source): Cursor {
  if (source instanceof ReadableStream) {
    const reader = source.getReader()
    return { next: async () => toResult(await reader.read()), stop: () => reader.cancel() }
  }
  if (source instanceof Readable) {
    const iterator = source[Symbol.asyncIterator]()
    return { next: () => iterator.next(), stop: () => source.destroy() }
  }
  if (typeof source !== 'object' || source === null || !(Symbol.asyncIterator in source || Symbol.iterator in source)) {
    throw new TypeError(`a source of events is an iterable or a stream, not ${nameOf(source)}${adviceOn(source)}`)
  }
  const iterator =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : (source as Iterable<unknown>)[Symbol.iterator]()
  return { next: () => iterator.next(), stop: () => iterator.return?.() }
}

function adviceOn(source: unknown): string {
  if (typeof source === 'string') return ': push a text as one event'
  if (typeof source === 'function') return ': call it first'
  return source instanceof Response ? ': give its body' : ''
}

function toResult(read: { done: boolean; value?: unknown }): IteratorResult<unknown, unknown> {
  return read.done ? { done: true, value: undefined } : { done: false, value: read.value }
}
