/** FIN in the middle of an event: of the one named, otherwise of the first that comes. */
import { defineBareFault, type FaultDefinition } from '../define.js'
import { nowhere, passTo, type Sink } from '../sink.js'

export const cut: FaultDefinition = defineBareFault({
  name: 'cut',
  summary: 'FIN in the middle of an event',
  build: () => ({
    stream(next) {
      let target: Sink = passTo(next, {
        write(bytes) {
          next.write(bytes.subarray(0, middleOf(bytes)))
          target = nowhere
          next.cut()
        },
      })
      return {
        head: (head) => target.head(head),
        write: (bytes) => target.write(bytes),
        end: () => target.end(),
        cut: () => target.cut(),
        reset: () => target.reset(),
      }
    },
  }),
})

/** The middle of the first block, so that at least its end is missing. */
function middleOf(bytes: Buffer): number {
  const end = /\r\n\r\n|\n\n|\r\r/.exec(bytes.toString('latin1'))?.index ?? bytes.length
  return Math.ceil(end / 2)
}
