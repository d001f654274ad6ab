/** Every member leads itself, and nobody relays: where tabs cannot reach each other. */
import type { Elect } from './elect.js'

export const electAlone: Elect = {
  way: 'alone',
  begin: (_world, _name, _onElected, _onDeposed, onAlone) => ({
    async stand() {
      // Not before who joined knows its member, for it may ask it or leave at once.
      await 0
      onAlone()
    },
    close() {},
  }),
}
