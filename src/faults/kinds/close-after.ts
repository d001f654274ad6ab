/** Every stream ends at the same age, as on platforms with a cap on the length of requests. */
import { defineFault, type FaultDefinition } from '../define.js'
import { passTo } from '../sink.js'
import { duration } from '../values.js'

export const closeAfter: FaultDefinition = defineFault({
  name: 'close-after',
  summary: 'every stream ends at that age',
  value: duration('30s'),
  build: (ms) => ({
    stream(next, context) {
      context.after(ms, () => next.end())
      return passTo(next)
    },
  }),
})
