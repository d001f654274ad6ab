/** No event carries an id, so that a reconnecting client cannot resume. */
import { fieldOf, mapBlocks, mapLines } from '../blocks.js'
import { defineBareFault, type FaultDefinition } from '../define.js'

export const noIds: FaultDefinition = defineBareFault({
  name: 'no-ids',
  summary: 'id fields removed',
  build: () => ({
    stream: (next) => mapBlocks(next, (text) => mapLines(text, (line) => (fieldOf(line) === 'id' ? undefined : line))),
  }),
})
