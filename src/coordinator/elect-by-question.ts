/**
 * Leader is who asked “who leads?” and heard nothing: for hosts without Web Locks (plain http in an intranet). The
 * asking and the waiting are the watch's; here a member only takes the lead once that is done. Two that take it at
 * once hear of each other, and the later epoch stays.
 */
import type { Elect } from './elect.js'

export const electByQuestion: Elect = {
  way: 'question',
  steps: ['', '', 'ask', 'force'],
  begin: (_world, _name, _plan, listener) => ({
    stand(how) {
      if (how === 'force') listener.onElected()
    },
    withdraw() {},
  }),
}
