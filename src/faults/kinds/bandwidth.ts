/** A slow line: so many bytes per second, in pieces of a tenth of a second. */
import { defineFault, type FaultDefinition } from '../define.js'
import { delayTo, slices } from '../delay.js'
import { passTo } from '../sink.js'
import { size } from '../values.js'

export const bandwidth: FaultDefinition = defineFault({
  name: 'bandwidth',
  alias: 'bandwidth',
  summary: 'no faster than so many bytes per second',
  value: size('8KiB'),
  build: (bytesPerSecond) => ({
    stream(next, context) {
      let freeAt = 0
      const line = delayTo(next, context, (bytes, now) => {
        freeAt = Math.max(freeAt, now) + (bytes / bytesPerSecond) * 1000
        return freeAt
      })
      const piece = Math.max(1, Math.floor(bytesPerSecond / 10))
      return passTo(line, {
        write: (bytes) => {
          for (const part of slices(bytes, piece)) line.write(part)
        },
      })
    },
  }),
})
