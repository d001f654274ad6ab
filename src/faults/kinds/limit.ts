/** The response ends after so many bytes. */
import { defineFault, type FaultDefinition } from '../define.js'
import { passTo } from '../sink.js'
import { size } from '../values.js'

export const limit: FaultDefinition = defineFault({
  name: 'limit',
  alias: 'limit_data',
  summary: 'ends after so many bytes',
  value: size('4KiB'),
  build: (maxBytes) => ({
    stream(next) {
      let left = maxBytes
      return passTo(next, {
        write(bytes) {
          if (left === 0) return
          const part = bytes.subarray(0, left)
          left -= part.length
          next.write(part)
          if (left === 0) next.end()
        },
      })
    },
  }),
})
