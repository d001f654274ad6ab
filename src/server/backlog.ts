/** What waits for a client that is not reading, where not all of it has to wait. */
import type { Frame } from './batch.js'

/** Frames in order, some of which give way to others. */
export interface Backlog {
  readonly byteLength: number
  /** Adds a frame and answers how many others (or itself) gave way. */
  add(frame: Frame): number
  /** Takes all frames out. */
  take(): Frame[]
}

/** Drops what has waited longest, so that never more than `maxBytes` wait. */
export function createDroppingBacklog(maxBytes: number): Backlog {
  let frames: Frame[] = []
  let first = 0
  let byteLength = 0
  return {
    get byteLength() {
      return byteLength
    },
    add(frame) {
      if (frame.byteLength > maxBytes) return 1
      frames.push(frame)
      byteLength += frame.byteLength
      const before = first
      while (byteLength > maxBytes) {
        byteLength -= frames[first]?.byteLength ?? 0
        first += 1
      }
      const dropped = first - before
      if (first > 64 && first * 2 > frames.length) {
        frames = frames.slice(first)
        first = 0
      }
      return dropped
    },
    take() {
      const taken = frames.slice(first)
      frames = []
      first = 0
      byteLength = 0
      return taken
    },
  }
}

/** Keeps the newest frame of each key, in the order of the newest. Frames without a key give way to none. */
export function createConflatingBacklog(): Backlog {
  const byKey = new Map<unknown, Frame>()
  let byteLength = 0
  return {
    get byteLength() {
      return byteLength
    },
    add(frame) {
      const key = frame.key ?? frame
      const older = byKey.get(key)
      if (older) {
        byteLength -= older.byteLength
        byKey.delete(key)
      }
      byKey.set(key, frame)
      byteLength += frame.byteLength
      return older ? 1 : 0
    },
    take() {
      const taken = [...byKey.values()]
      byKey.clear()
      byteLength = 0
      return taken
    },
  }
}
