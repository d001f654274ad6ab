/** Events are lost: those named, otherwise one in ten by chance. */
import { isChosen, mapBlocks } from '../blocks.js'
import { defineBareFault, type FaultDefinition } from '../define.js'

export const dropEvent: FaultDefinition = defineBareFault({
  name: 'drop-event',
  summary: 'the events chosen are lost (otherwise one in ten)',
  event: 'each',
  build: () => ({
    stream: (next, context) =>
      mapBlocks(next, (text, event) => (isChosen(context, event, () => context.random() < 0.1) ? '' : text)),
  }),
})
