/** The CORS headers are gone, as from an error page of a proxy in between. */
import { defineBareFault, type FaultDefinition } from '../define.js'
import { passTo, withoutHeaders } from '../sink.js'

export const noCors: FaultDefinition = defineBareFault({
  name: 'no-cors',
  summary: 'CORS headers removed',
  build: () => ({
    stream: (next) =>
      passTo(next, { head: (head) => next.head(withoutHeaders(head, (name) => name.startsWith('access-control-'))) }),
  }),
})
