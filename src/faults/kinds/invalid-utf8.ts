/** Bytes that are no UTF-8, at the end of a data line: in the events named, otherwise in each. */
import { fieldOf, isChosen, mapBlocks, mapLines } from '../blocks.js'
import { defineBareFault, type FaultDefinition } from '../define.js'

export const invalidUtf8: FaultDefinition = defineBareFault({
  name: 'invalid-utf8',
  summary: 'malformed bytes in data',
  event: 'each',
  build: () => ({
    stream: (next, context) =>
      mapBlocks(next, (text, event) =>
        isChosen(context, event, () => true)
          ? mapLines(text, (line) => (fieldOf(line) === 'data' ? `${line}\xc3\x28\xff` : line))
          : text,
      ),
  }),
})
