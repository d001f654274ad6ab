/**
 * What stands between a client that returns and live events: the channels that it has joined, and the live frames that are
 * held until what it missed has gone first.
 */
import type { Frame } from './batch.js'
import { type Join, type LogJoin, type Replay, replayFor, replayFromLogs } from './resume.js'

/** One client's way back to live events. Over once what was missed in all channels joined is known. */
export class CatchUp {
  readonly #lastEventId: string
  #joins: (Join | LogJoin)[] = []
  #held: Frame[] = []
  #heldBytes = 0
  #isAsking = false

  constructor(lastEventId: string) {
    this.#lastEventId = lastEventId
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  /** A backbone has been asked what the client missed. */
  get isAsking(): boolean {
    return this.#isAsking
  }

  /** Whether no channel waits to be asked. */
  get isOver(): boolean {
    return this.#joins.length === 0
  }

  /** The client joined a channel; those joined in one tick are put in order together. */
  join(join: Join | LogJoin): void {
    this.#joins.push(join)
  }

  hold(frame: Frame): void {
    this.#held.push(frame)
    this.#heldBytes += frame.byteLength
  }

  takeHeld(): Frame[] {
    const held = this.#held
    this.#held = []
    this.#heldBytes = 0
    return held
  }

  /**
   * What was missed in the channels joined so far: at once, or when their backbones have answered, which rejects when nobody
   * can say. `undefined` while there is nothing to be asked, or others are being asked.
   */
  takeReplays(): Replay[] | Promise<Replay[]> | undefined {
    if (this.#isAsking || this.isOver) return undefined
    const joins = this.#joins
    this.#joins = []
    const own = joins.filter((join): join is Join => !('log' in join))
    const logged = joins.filter((join): join is LogJoin => 'log' in join)
    const replays = own.length > 0 ? [replayFor(this.#lastEventId, own)] : []
    if (logged.length === 0) return replays
    this.#isAsking = true
    return replayFromLogs(this.#lastEventId, logged)
      .then((replay) => [...replays, replay])
      .finally(() => {
        this.#isAsking = false
      })
  }
}
