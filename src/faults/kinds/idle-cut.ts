/** What proxies and hosts do to a quiet stream: they cut it. The names stand for the time-outs that these ship with. */
import { defineFault, type FaultDefinition } from '../define.js'
import { passTo } from '../sink.js'
import { durationOrName } from '../values.js'

const hops = { nginx: 60_000, alb: 60_000, heroku: 55_000, cloudflare: 120_000, azure: 240_000, bun: 10_000 }

export const idleCut: FaultDefinition = defineFault({
  name: 'idle-cut',
  summary: 'cut after that long a silence',
  value: durationOrName(hops, '60s'),
  build: (ms) => ({
    stream(next, context) {
      let callOff = context.after(ms, () => next.cut())
      return passTo(next, {
        write(bytes) {
          next.write(bytes)
          callOff()
          callOff = context.after(ms, () => next.cut())
        },
      })
    },
  }),
})
