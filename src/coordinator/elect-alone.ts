/** Every member leads itself, and nobody relays: where tabs cannot reach each other. */
import type { Elect } from './elect.js'
import { electByLock } from './elect-by-lock.js'
import type { World } from './world.js'

/** The same as by locks in a world without them. */
export const electAlone: Elect = {
  way: 'alone',
  begin: (_world, ...rest) => electByLock.begin({} as World, ...rest),
}
