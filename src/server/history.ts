/** The latest events of one channel, in order, and what a client that stands at some position has missed of them. */
import type { Frame } from './batch.js'
import { currentPosition, parsePosition } from './position.js'

/** One remembered event. */
export interface HistoryEntry<Audience> {
  readonly position: number
  readonly id: string
  readonly frame: Frame
  /** Only for sessions that asked for this topic, or for all. */
  readonly topic: string | undefined
  readonly filter: ((session: Audience) => boolean) | undefined
}

/** How much is remembered. */
export interface HistoryBounds {
  readonly size: number
  readonly maxAgeMs: number
  readonly maxBytes: number
}

/** A bounded queue of entries that finds them by id and by position. */
export class History<Audience> {
  readonly #bounds: HistoryBounds
  #entries: HistoryEntry<Audience>[] = []
  #timesMs: number[] = []
  #first = 0
  #byteLength = 0
  readonly #positions = new Map<string, number>()
  #forgottenPosition: number = currentPosition()
  #forgottenId: string | undefined

  constructor(bounds: HistoryBounds) {
    this.#bounds = bounds
  }

  get length(): number {
    return this.#entries.length - this.#first
  }

  /** Who stands before this position has missed events that are not remembered. */
  get forgottenPosition(): number {
    return this.#forgottenPosition
  }

  append(entry: HistoryEntry<Audience>): void {
    this.#entries.push(entry)
    this.#timesMs.push(this.#bounds.maxAgeMs === Number.POSITIVE_INFINITY ? 0 : performance.now())
    this.#byteLength += entry.frame.byteLength
    if (parsePosition(entry.id) === undefined) this.#positions.set(entry.id, entry.position)
    while (this.length > this.#bounds.size || this.#byteLength > this.#bounds.maxBytes) this.#forgetOldest()
    this.forgetExpired()
  }

  /** Forgets what is older than the history may be. Costs nothing without a greatest age. */
  forgetExpired(): void {
    const { maxAgeMs } = this.#bounds
    if (maxAgeMs === Number.POSITIVE_INFINITY) return
    const oldestMs = performance.now() - maxAgeMs
    while (this.length > 0 && (this.#timesMs[this.#first] ?? 0) < oldestMs) this.#forgetOldest()
  }

  /** Where a client stands that received the event `id` last; `undefined` when that cannot be said. */
  locate(id: string): number | undefined {
    const position = parsePosition(id) ?? this.#positions.get(id)
    if (position !== undefined) return position
    return id === this.#forgottenId ? this.#forgottenPosition : undefined
  }

  /** What is remembered of what came after `position`. Finding the place costs the logarithm of the history's length. */
  after(position: number): readonly HistoryEntry<Audience>[] {
    let low = this.#first
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#entries[middle]?.position ?? 0) <= position) low = middle + 1
      else high = middle
    }
    return this.#entries.slice(low)
  }

  clear(): void {
    this.#entries = []
    this.#timesMs = []
    this.#first = 0
    this.#byteLength = 0
    this.#positions.clear()
  }

  #forgetOldest(): void {
    const oldest = this.#entries[this.#first]
    if (!oldest) return
    this.#first += 1
    this.#byteLength -= oldest.frame.byteLength
    if (this.#positions.get(oldest.id) === oldest.position) this.#positions.delete(oldest.id)
    this.#forgottenPosition = oldest.position
    this.#forgottenId = oldest.id
    // Moving the rest down now and then costs one step per event, all told.
    if (this.#first > 64 && this.#first * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#first)
      this.#timesMs = this.#timesMs.slice(this.#first)
      this.#first = 0
    }
  }
}
