/** RST: the connection dies on the spot. */
import { defineBareFault, type FaultDefinition } from '../define.js'
import { nowhere } from '../sink.js'

export const reset: FaultDefinition = defineBareFault({
  name: 'reset',
  alias: 'reset_peer',
  summary: 'RST',
  event: 'after',
  build: () => ({
    stream(next) {
      next.reset()
      return nowhere
    },
  }),
})
