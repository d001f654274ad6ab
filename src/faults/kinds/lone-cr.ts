/** Lines end in a lone CR, which is legal and trips some parsers: in the events named, otherwise everywhere. */
import { isChosen, mapBlocks } from '../blocks.js'
import { defineBareFault, type FaultDefinition } from '../define.js'

export const loneCr: FaultDefinition = defineBareFault({
  name: 'lone-cr',
  summary: 'lines end in a lone CR',
  event: 'each',
  build: () => ({
    stream: (next, context) =>
      mapBlocks(next, (text, event) =>
        context.events.size === 0 || isChosen(context, event, () => true) ? text.replace(/\r\n|\n/g, '\r') : text,
      ),
  }),
})
