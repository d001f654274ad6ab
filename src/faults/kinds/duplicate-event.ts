/** Events come twice: those named, otherwise one in ten by chance. */
import { isChosen, mapBlocks } from '../blocks.js'
import { defineBareFault, type FaultDefinition } from '../define.js'

export const duplicateEvent: FaultDefinition = defineBareFault({
  name: 'duplicate-event',
  summary: 'the events chosen come twice (otherwise one in ten)',
  event: 'each',
  build: () => ({
    stream: (next, context) =>
      mapBlocks(next, (text, event) => (isChosen(context, event, () => context.random() < 0.1) ? text + text : text)),
  }),
})
