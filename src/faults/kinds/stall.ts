/** Silence for a while; then all that was held comes at once. */
import { defineFault, type FaultDefinition } from '../define.js'
import { delayTo } from '../delay.js'
import { duration } from '../values.js'

export const stall: FaultDefinition = defineFault({
  name: 'stall',
  alias: 'timeout',
  summary: 'silence for that long, then on',
  event: 'after',
  value: duration('10s'),
  build: (ms) => ({
    stream(next, context) {
      const until = context.now() + ms
      return delayTo(next, context, (_bytes, now) => Math.max(until, now))
    },
  }),
})
