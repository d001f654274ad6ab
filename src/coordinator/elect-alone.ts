/** Every member leads itself, and nobody relays: where tabs cannot reach each other. */
import type { Elect } from './elect.js'

export const electAlone: Elect = {
  way: 'alone',
  begin: (_world, _name, listener) => ({ stand: listener.onAlone, withdraw() {} }),
}
