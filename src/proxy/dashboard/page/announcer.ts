/** Tells those who hear the page of the few things that matter: an origin that is full, a fault that was switched. */
import { byId } from './element.js'

const pauseMs = 1500

let waiting: string | undefined
let isPausing = false

/** Says a sentence, not more often than it can be heard; of several the last. */
export function announce(words: string): void {
  waiting = words
  if (!isPausing) say()
}

function say(): void {
  if (waiting === undefined) return
  byId('announcer').textContent = waiting
  waiting = undefined
  isPausing = true
  setTimeout(() => {
    isPausing = false
    say()
  }, pauseMs)
}
