/** Another content type, such as that of a login page. */
import { defineFault, type FaultDefinition } from '../define.js'
import { passTo, withHeader } from '../sink.js'
import { mediaType } from '../values.js'

export const wrongType: FaultDefinition = defineFault({
  name: 'wrong-type',
  summary: 'another content type',
  value: mediaType('text/html'),
  build: (type) => ({
    stream: (next) => passTo(next, { head: (head) => next.head(withHeader(head, 'Content-Type', type)) }),
  }),
})
