/**
 * Watches over the leader from a follower: when nothing is heard for a while it asks, then stands afresh, then takes
 * the lead. A leader that lives answers at once, so a quiet stream costs one short message now and then and no more.
 *
 * Visible pages and workers watch closely. Hidden pages, whose timers browsers hold back by up to a minute, are in no
 * position to judge and wait much longer.
 */
import type { World } from './world.js'

/** How long each step waits, in milliseconds. */
export interface WatchTimes {
  /** Silence until the follower asks. */
  quietMs: number
  /** Silence after asking, until it stands afresh. */
  answerMs: number
  /** From standing afresh to taking the lead. */
  againMs: number
}

/** What the watch makes its member do. */
export interface WatchSteps {
  ask(): void
  standAgain(): void
  takeLead(): void
}

/** A running watch. */
export interface Watch {
  /** The leader was heard. */
  heard(): void
  /** Looks now rather than at the next turn: the page became visible. */
  look(): void
  /** There may be no leader: takes the lead after up to twice this time, unless one is heard. */
  suspect(delayMs: number): void
  stop(): void
}

/** A hidden page waits this many times longer. */
const hiddenFactor = 5

/** A timer this late was held back: the answer may be waiting behind it, so the step is not taken. */
const lateMs = 400

/** Starts to watch, counting from now. */
export function startWatch(world: World, times: WatchTimes, steps: WatchSteps): Watch {
  let heardAt = world.performance.now()
  let step = 0
  let due = 0
  let timer: number | undefined
  let stopped = false

  function turn(): void {
    wait(takeStep())
  }

  /** Does what is due, and says how long to wait for the next step. */
  function takeStep(): number {
    const silentMs = world.performance.now() - heardAt
    const factor = world.document?.visibilityState !== 'hidden' ? 1 : hiddenFactor
    const quietMs = times.quietMs * factor
    if (silentMs < quietMs) {
      step = 0
      return quietMs - silentMs
    }
    if (world.performance.now() - due > lateMs) step = 0
    if (step === 0) {
      step = 1
      steps.ask()
      // A little apart from each other, so that two followers do not take the lead in the same moment.
      return (times.answerMs + world.Math.random() * 100) * factor
    }
    if (step === 1 && times.againMs > 0) {
      step = 2
      steps.standAgain()
      return times.againMs * factor
    }
    step = 0
    heardAt = world.performance.now()
    steps.takeLead()
    return quietMs
  }

  function wait(delayMs: number): void {
    world.clearTimeout(timer)
    if (stopped) return
    due = world.performance.now() + delayMs
    timer = world.setTimeout(turn, delayMs)
  }

  wait(times.quietMs)
  return {
    heard() {
      heardAt = world.performance.now()
    },
    look() {
      step = 0
      wait(0)
    },
    suspect(delayMs) {
      heardAt = Number.NEGATIVE_INFINITY
      step = 2
      wait(delayMs * (1 + world.Math.random()))
    },
    stop() {
      stopped = true
      world.clearTimeout(timer)
    },
  }
}
