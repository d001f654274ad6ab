/** Events change places with the next one: those named, otherwise one in ten by chance. */
import { isChosen, mapBlocks } from '../blocks.js'
import { defineBareFault, type FaultDefinition } from '../define.js'

export const reorderEvents: FaultDefinition = defineBareFault({
  name: 'reorder-events',
  summary: 'the events chosen come after the next (otherwise one in ten)',
  event: 'each',
  build: () => ({
    stream(next, context) {
      let kept = ''
      const change = (text: string, event: number | null): string => {
        if (event === null) return text
        if (kept === '' && isChosen(context, event, () => context.random() < 0.1)) {
          kept = text
          return ''
        }
        const both = text + kept
        kept = ''
        return both
      }
      return mapBlocks(next, change, { atEnd: () => kept })
    },
  }),
})
