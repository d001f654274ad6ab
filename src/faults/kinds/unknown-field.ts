/** A field that clients ignore: in the events named, otherwise in each. */
import { isChosen, mapBlocks } from '../blocks.js'
import { defineBareFault, type FaultDefinition } from '../define.js'

export const unknownField: FaultDefinition = defineBareFault({
  name: 'unknown-field',
  summary: 'a field that clients ignore',
  event: 'each',
  build: () => ({
    stream: (next, context) =>
      mapBlocks(next, (text, event) =>
        isChosen(context, event, () => true) ? `payload: of no known name\n${text}` : text,
      ),
  }),
})
