/** The connection is reset as it opens, which a client takes for refused. */
import { defineBareFault } from '../define.js'

export const refuse = defineBareFault({
  name: 'refuse',
  alias: 'down',
  summary: 'connection refused',
  build: () => ({ refuses: true }),
})
