/** The connection is reset as it opens, which a client takes for refused. */
import { defineBareFault, type FaultDefinition } from '../define.js'

export const refuse: FaultDefinition = defineBareFault({
  name: 'refuse',
  alias: 'down',
  summary: 'connection refused',
  build: () => ({ refuses: true }),
})
