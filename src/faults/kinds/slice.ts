/** Small chunks, cut also inside CRLF and inside a UTF-8 sequence; one per turn of the event loop. */
import { defineFault, type FaultDefinition } from '../define.js'
import { slices } from '../delay.js'
import { passTo } from '../sink.js'
import { size } from '../values.js'

export const slice: FaultDefinition = defineFault({
  name: 'slice',
  alias: 'slicer',
  summary: 'chunks cut to that size, also inside CRLF and UTF-8',
  value: size('1', true),
  build: (bytesPerSlice) => ({
    stream(next, context) {
      const queue: (() => void)[] = []
      const turn = (): void => {
        queue.shift()?.()
        if (queue.length > 0) context.after(0, turn)
      }
      const add = (pass: () => void): void => {
        queue.push(pass)
        if (queue.length === 1) context.after(0, turn)
      }
      return passTo(next, {
        write(bytes) {
          context.hold(bytes.length)
          for (const part of slices(bytes, bytesPerSlice)) {
            add(() => {
              context.hold(-part.length)
              next.write(part)
            })
          }
        },
        end: () => add(() => next.end()),
        cut: () => add(() => next.cut()),
      })
    },
  }),
})
