/** Every chunk comes later by a chance amount, in order all the same. */
import { defineFault, type FaultDefinition } from '../define.js'
import { delayTo } from '../delay.js'
import { duration } from '../values.js'

export const jitter: FaultDefinition = defineFault({
  name: 'jitter',
  summary: 'every chunk later by up to that',
  value: duration('50ms'),
  build: (ms) => ({ stream: (next, context) => delayTo(next, context, (_bytes, now) => now + context.random() * ms) }),
})
