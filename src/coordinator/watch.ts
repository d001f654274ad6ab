/**
 * Watches over the leader from a follower: looks now and then whether it was heard, and takes one step after the other as
 * long as it was not. A leader that lives answers when it is asked, so a quiet stream costs one short message now and
 * then and no more.
 *
 * Hidden pages, whose timers browsers hold back by up to a minute, are in no position to judge and look more rarely.
 */
import type { World } from './world.js'

/** What to do at the first look at silence, at the second, and so on; after the last it begins anew. */
export type Steps<Act> = readonly (Act | '')[]

/** A watch over the leader. */
export interface Watch<Act> {
  start(steps: Steps<Act>): void
  /** The leader was heard. */
  heard(): void
  /** There may be no leader: takes the last step after up to twice this time, unless one is heard. */
  suspect(delayMs: number): void
  stop(): void
}

/** How often a visible page looks, in milliseconds; and of how many looks of a hidden one only the last counts. */
const lookMs = 450
const hiddenFactor = 5

/** A watch that calls `look` at every look, with the step that is due if one is. */
export function watchOver<Act>(world: World, look: (step?: Act | '') => void): Watch<Act> {
  let steps: Steps<Act> = []
  let quiet = 0
  let skipped = 0
  let timer: number | undefined

  function turn(): void {
    wait(lookMs)
    const isHidden = world.document?.visibilityState === 'hidden'
    const step = isHidden && ++skipped % hiddenFactor ? undefined : steps[quiet++]
    quiet %= steps.length
    look(step)
  }

  function wait(delayMs: number): void {
    world.clearTimeout(timer)
    timer = world.setTimeout(turn, delayMs)
  }

  return {
    start(next) {
      steps = next
      quiet = 0
      wait(lookMs)
    },
    heard() {
      quiet = 0
    },
    suspect(delayMs) {
      quiet = steps.length - 1
      skipped = -1
      wait(delayMs * (1 + world.Math.random()))
    },
    stop: () => world.clearTimeout(timer),
  }
}
