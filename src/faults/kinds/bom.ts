/** A byte order mark before an event, where it makes the first field an unknown one: before those named, else all but the first. */
import { isChosen, mapBlocks } from '../blocks.js'
import { defineBareFault, type FaultDefinition } from '../define.js'

export const bom: FaultDefinition = defineBareFault({
  name: 'bom',
  summary: 'byte order mark before later events',
  event: 'each',
  build: () => ({
    stream: (next, context) =>
      mapBlocks(next, (text, event) =>
        isChosen(context, event, (number) => number > 1) ? `\xef\xbb\xbf${text}` : text,
      ),
  }),
})
