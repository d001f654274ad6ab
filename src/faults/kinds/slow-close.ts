/** The end comes late. */
import { defineFault, type FaultDefinition } from '../define.js'
import { passTo } from '../sink.js'
import { duration } from '../values.js'

export const slowClose: FaultDefinition = defineFault({
  name: 'slow-close',
  alias: 'slow_close',
  summary: 'the end comes later by that',
  value: duration('1s'),
  build: (ms) => ({
    stream: (next, context) =>
      passTo(next, {
        end: () => void context.after(ms, () => next.end()),
        cut: () => void context.after(ms, () => next.cut()),
      }),
  }),
})
