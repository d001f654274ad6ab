/**
 * Watches over the leader from a follower: when nothing is heard for a while it asks, then stands afresh, then takes
 * the lead. A leader that lives answers at once, so a quiet stream costs one short message now and then and no more.
 *
 * Visible pages and workers watch closely. Hidden pages, whose timers browsers hold back by up to a minute, are in no
 * position to judge and wait much longer.
 */
import type { World } from './world.js'

/** A running watch. */
export interface Watch {
  /** The leader was heard. */
  heard(): void
  /** Looks now rather than at the next turn: the page became visible. */
  look(): void
  /** There may be no leader: takes the last step after up to twice this time, unless one is heard. */
  suspect(delayMs: number): void
  stop(): void
}

/** A hidden page waits this many times longer. */
const hiddenFactor = 5

/** A timer this late was held back: the answer may be waiting behind it, so the step is not taken. */
const lateMs = 400

/** Steps wait a little longer each time, so that two followers do not take the lead in the same moment. */
const apartMs = 100

/** Starts to watch, counting from now, and takes the steps by `act`. */
export function startWatch<Act>(
  world: World,
  steps: readonly (readonly [delayMs: number, what: Act])[],
  act: (what: Act) => void,
): Watch {
  const now = () => world.performance.now()
  let heardAt = now()
  let step = 0
  let due = 0
  let timer: number | undefined
  let stopped = false

  function turn(): void {
    const factor = world.document?.visibilityState === 'hidden' ? hiddenFactor : 1
    const delayOf = (index: number) => (steps[index]?.[0] as number) * factor
    const quietMs = heardAt + delayOf(0) - now()
    if (quietMs > 0 || now() - due > lateMs) step = 0
    let delayMs = quietMs
    if (quietMs <= 0) {
      act(steps[step]?.[1] as Act)
      step = (step + 1) % steps.length
      if (!step) heardAt = now()
      delayMs = delayOf(step) + world.Math.random() * apartMs * factor
    }
    wait(delayMs)
  }

  function wait(delayMs: number): void {
    world.clearTimeout(timer)
    if (stopped) return
    due = now() + delayMs
    timer = world.setTimeout(turn, delayMs)
  }

  turn()
  return {
    heard() {
      heardAt = now()
    },
    look() {
      step = 0
      wait(0)
    },
    suspect(delayMs) {
      heardAt = Number.NEGATIVE_INFINITY
      step = steps.length - 1
      wait(delayMs * (1 + world.Math.random()))
    },
    stop() {
      stopped = true
      world.clearTimeout(timer)
    },
  }
}
