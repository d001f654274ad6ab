/** A very large event: those named, otherwise the first, gain data up to that size. */
import { isChosen, mapBlocks } from '../blocks.js'
import { defineFault, type FaultDefinition } from '../define.js'
import { size } from '../values.js'

export const oversized: FaultDefinition = defineFault({
  name: 'oversized',
  summary: 'an event of that size',
  event: 'each',
  value: size('5MiB'),
  build: (bytes) => ({
    stream: (next, context) =>
      mapBlocks(next, (text, event) => {
        if (!isChosen(context, event, (number) => number === 1)) return text
        const line = 'data: \n'
        return `data: ${'x'.repeat(Math.max(0, bytes - text.length - line.length))}\n${text}`
      }),
  }),
})
