/**
 * Watches over the leader from a follower: when nothing is heard for a while it asks, then stands afresh, then takes
 * the lead. A leader that lives answers at once, so a quiet stream costs one short message now and then and no more.
 *
 * Visible pages and workers watch closely. Hidden pages, whose timers browsers hold back by up to a minute, are in no
 * position to judge and wait much longer.
 */
import type { World } from './world.js'

/** What to do, in order, each after so many milliseconds of silence more. */
type Steps<Act> = readonly (readonly [delayMs: number, act: Act])[]

/** A watch over the leader. */
export interface Watch<Act> {
  /** Begins to count. */
  start(steps: Steps<Act>): void
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

/** Before any page was there, in milliseconds. */
const longAgo = -9e9

/** A watch that takes its steps by `act`. */
export function watchOver<Act>(world: World, act: (step: Act) => void): Watch<Act> {
  const now = () => world.performance.now()
  let steps: Steps<Act> = []
  let heardAt: number
  let step = 0
  let due = 0
  let timer: number | undefined

  function turn(): void {
    const factor = world.document?.visibilityState === 'hidden' ? hiddenFactor : 1
    const delayOf = (index: number) => (steps[index]?.[0] as number) * factor
    const quietMs = heardAt + delayOf(0) - now()
    if (quietMs > 0 || now() - due > lateMs) step = 0
    let delayMs = quietMs
    if (quietMs <= 0) {
      const [, what] = steps[step] as Steps<Act>[0]
      step = (step + 1) % steps.length
      if (!step) heardAt = now()
      delayMs = delayOf(step) + world.Math.random() * apartMs * factor
      act(what)
    }
    wait(delayMs)
  }

  function wait(delayMs: number): void {
    world.clearTimeout(timer)
    if (!steps.length) return
    due = now() + delayMs
    timer = world.setTimeout(turn, delayMs)
  }

  function heard(): void {
    heardAt = now()
  }

  function stop(): void {
    steps = []
    wait(0)
  }

  function look(): void {
    step = 0
    wait(0)
  }

  return {
    start(next) {
      steps = next
      heard()
      look()
    },
    heard,
    look,
    suspect(delayMs) {
      heardAt = longAgo
      step = steps.length - 1
      wait(delayMs * (1 + world.Math.random()))
    },
    stop,
  }
}
