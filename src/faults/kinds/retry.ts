/** Another reconnection time: one is sent with the first block, the server's own are removed. */
import { fieldOf, mapBlocks, mapLines } from '../blocks.js'
import { defineFault, type FaultDefinition } from '../define.js'
import { duration } from '../values.js'

export const retry: FaultDefinition = defineFault({
  name: 'retry',
  summary: 'reconnection time set',
  value: duration('0ms'),
  build: (ms) => ({
    stream(next) {
      let isSet = false
      return mapBlocks(next, (text) => {
        const own = isSet ? '' : `retry: ${Math.round(ms)}\n`
        isSet = true
        return own + mapLines(text, (line) => (fieldOf(line) === 'retry' ? undefined : line))
      })
    },
  }),
})
