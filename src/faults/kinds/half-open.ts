/** A peer that is gone without a FIN, as after a pulled cable: what is sent from here on vanishes. */
import { defineBareFault, type FaultDefinition } from '../define.js'
import { passTo } from '../sink.js'

export const halfOpen: FaultDefinition = defineBareFault({
  name: 'half-open',
  summary: 'peer gone without FIN: later bytes vanish',
  event: 'after',
  build: () => ({
    stream: (next) => passTo(next, { write() {}, end() {}, cut() {}, reset() {} }),
  }),
})
