/** A clean end. */
import { defineBareFault, type FaultDefinition } from '../define.js'
import { nowhere } from '../sink.js'

export const close: FaultDefinition = defineBareFault({
  name: 'close',
  summary: 'clean end of the response',
  event: 'after',
  build: () => ({
    stream(next) {
      next.end()
      return nowhere
    },
  }),
})
