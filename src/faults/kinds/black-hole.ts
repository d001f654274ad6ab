/** A server that accepts and then says nothing, for ever. */
import { defineBareFault, type FaultDefinition } from '../define.js'

export const blackHole: FaultDefinition = defineBareFault({
  name: 'black-hole',
  summary: 'accepted, never answered, never closed',
  build: () => ({ instead: () => ({ kind: 'nothing' }) }),
})
