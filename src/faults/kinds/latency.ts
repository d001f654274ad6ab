/** Every chunk comes later. */
import { defineFault, type FaultDefinition } from '../define.js'
import { delayTo } from '../delay.js'
import { duration } from '../values.js'

export const latency: FaultDefinition = defineFault({
  name: 'latency',
  alias: 'latency',
  summary: 'every chunk later by that',
  value: duration('100ms'),
  build: (ms) => ({ stream: (next, context) => delayTo(next, context, (_bytes, now) => now + ms) }),
})
