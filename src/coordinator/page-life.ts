/** The life of a page: asleep in the back/forward cache or frozen, and awake. In workers nothing of this ever happens. */
import type { World } from './world.js'

/**
 * Calls back until what it returns is called. A page in the back/forward cache keeps its locks for a minute, and a message
 * on a channel of its evicts it: so whoever has either must leave both before it `sleep`s. `goOnline`: the network is back.
 */
export function followPage(world: World, sleep: () => void, wake: () => void, goOnline: () => void): () => void {
  const ways = { online: goOnline, pagehide: sleep, freeze: sleep, resume: wake, pageshow: wake }
  const life = new AbortController()
  // Captured at the window: `freeze` and `resume` are sent to the document.
  for (const [type, act] of Object.entries(ways))
    world.addEventListener(type, act, { capture: true, signal: life.signal })
  return () => life.abort()
}
