/** No content type at all. */
import { defineBareFault, type FaultDefinition } from '../define.js'
import { passTo, withoutHeaders } from '../sink.js'

export const noType: FaultDefinition = defineBareFault({
  name: 'no-type',
  summary: 'no content type',
  build: () => ({
    stream: (next) =>
      passTo(next, { head: (head) => next.head(withoutHeaders(head, (name) => name === 'content-type')) }),
  }),
})
