/** All events carry the id of the first that had one. */
import { fieldOf, mapBlocks, mapLines } from '../blocks.js'
import { defineBareFault, type FaultDefinition } from '../define.js'

export const sameId: FaultDefinition = defineBareFault({
  name: 'same-id',
  summary: 'all events carry the first id',
  build: () => ({
    stream(next) {
      let first: string | undefined
      return mapBlocks(next, (text) =>
        mapLines(text, (line) => {
          if (fieldOf(line) !== 'id') return line
          first ??= line
          return first
        }),
      )
    },
  }),
})
