/** Leader is who holds a Web Lock: the browser itself passes it on when a tab closes, crashes or navigates. */
import type { Elect, Election, ElectionListener } from './elect.js'
import type { World } from './world.js'

/** A part in the election by the lock of that name. */
export function queueForLock(world: World, name: string, listener: ElectionListener): Election {
  /** Aborted when it ends, be it in the queue or in the lead. */
  let term: AbortController | undefined
  const withdraw = () => term?.abort()

  return {
    withdraw,
    stand(how) {
      withdraw()
      const { locks } = world.navigator ?? {}
      if (!locks) return listener.onAlone()
      term = new AbortController()
      const { signal } = term
      const hold = () =>
        // Granted in the moment of withdrawing: pass it on.
        signal.aborted ||
        new Promise((release) => {
          signal.onabort = release
          listener.onElected()
        })
      locks.request(name, how === 'force' ? { steal: true } : { signal }, hold).catch((error: Error) => {
        if (signal.aborted) return
        if (error.name === 'AbortError') listener.onDeposed()
        if (error.name === 'SecurityError') listener.onAlone()
      })
    },
  }
}

export const electByLock: Elect = { way: 'lock', begin: queueForLock }
