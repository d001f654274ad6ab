/** Leader is who holds a Web Lock: the browser itself passes it on when a tab closes, crashes or navigates. */
import type { Elect, Election, ElectionListener } from './elect.js'
import type { World } from './world.js'

/** A part in the election by the lock of that name. */
export function queueForLock(world: World, name: string, listener: ElectionListener): Election {
  let term: AbortController | undefined
  let release: (() => void) | undefined

  function withdraw(): void {
    term?.abort()
    release?.()
    term = release = undefined
  }

  return {
    withdraw,
    stand(how) {
      withdraw()
      const mine = new AbortController()
      term = mine
      const hold = () =>
        // Granted in the moment of withdrawing: pass it on.
        term === mine &&
        new Promise<void>((resolve) => {
          release = resolve
          listener.onElected()
        })
      world.navigator?.locks
        ?.request(name, how === 'force' ? { steal: true } : { signal: mine.signal }, hold)
        .catch((error: Error) => {
          if (term !== mine) return
          const elected = release
          term = release = undefined
          if (elected) listener.onDeposed()
          else if (error.name === 'SecurityError') listener.onRefused()
        })
    },
  }
}

export const electByLock: Elect = {
  way: 'lock',
  // A leader that lives answers in a moment, and one in the back/forward cache is evicted in some twenty milliseconds.
  steps: ['', '', 'ask', '', 'again', 'force'],
  begin: (world, name, _plan, listener) => queueForLock(world, name, listener),
}
