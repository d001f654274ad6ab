/** A proxy that buffers: nothing comes until so much has gathered, or so long has passed. */
import { defineFault, type FaultDefinition } from '../define.js'
import { passTo } from '../sink.js'
import { sizeOrDuration } from '../values.js'

export const buffer: FaultDefinition = defineFault({
  name: 'buffer',
  summary: 'held until so much has gathered or so long has passed',
  value: sizeOrDuration('8KiB'),
  build: (until) => ({
    stream(next, context) {
      let held: Buffer[] = []
      let heldBytes = 0
      const flush = (): void => {
        if (heldBytes === 0) return
        const bytes = Buffer.concat(held)
        held = []
        heldBytes = 0
        next.write(bytes)
      }
      return passTo(next, {
        // What gathers is bounded by the fault's own size, and with a duration by what comes in that time; it is not
        // reported as held, since a sender that then paused would never fill the buffer.
        write(bytes) {
          held.push(bytes)
          heldBytes += bytes.length
          if ('bytes' in until ? heldBytes >= until.bytes : heldBytes > maxHeldBytes) flush()
          else if ('ms' in until && held.length === 1) context.after(until.ms, flush)
        },
        end() {
          flush()
          next.end()
        },
        cut() {
          flush()
          next.cut()
        },
      })
    },
  }),
})

const maxHeldBytes = 16 * 1_048_576
