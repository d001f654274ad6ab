/** The headers come with the first bytes only, and those not before the time has passed. */
import { defineFault, type FaultDefinition } from '../define.js'
import { delayTo } from '../delay.js'
import { passTo, type ResponseHead } from '../sink.js'
import { duration } from '../values.js'

export const lateHeaders: FaultDefinition = defineFault({
  name: 'late-headers',
  summary: 'headers only with the first event, not before that time',
  value: duration('5s'),
  build: (ms) => ({
    stream(next, context) {
      const from = context.now() + ms
      let held: ResponseHead | undefined
      const sendHead = (): void => {
        if (held) next.head(held)
        held = undefined
      }
      const behindHead = passTo(next, {
        write(bytes) {
          sendHead()
          next.write(bytes)
        },
        end() {
          sendHead()
          next.end()
        },
      })
      return passTo(
        delayTo(behindHead, context, (_bytes, now) => Math.max(now, from)),
        {
          head(head) {
            held = head
          },
        },
      )
    },
  }),
})
