/** Leader is who holds a Web Lock: the browser itself passes it on when a tab closes, crashes or navigates. */
import type { Elect, Election } from './elect.js'
import type { World } from './world.js'

/** A part in the election by the lock of that name. */
export function queueForLock(
  world: World,
  name: string,
  onElected: () => void,
  onDeposed: () => void,
  onAlone: () => void,
): Election {
  /** Aborted when it ends, be it in the queue or in the lead. */
  let term: AbortController | undefined
  const close = () => term?.abort()

  return {
    close,
    stand(byForce) {
      close()
      term = new AbortController()
      const { signal } = term
      const hold = () =>
        // Granted in the moment of withdrawing: pass it on.
        signal.aborted ||
        new Promise((release) => {
          signal.onabort = release
          onElected()
        })
      world.navigator?.locks?.request(name, byForce ? { steal: true } : { signal }, hold).catch((error: Error) => {
        if (signal.aborted) return
        if (error.name === 'AbortError') onDeposed()
        // Locks are denied here, as where a page may store nothing.
        else onAlone()
      })
    },
  }
}

export const electByLock: Elect = { way: 'lock', begin: queueForLock }
