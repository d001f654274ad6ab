/** Express, and what stands in front of its handlers: `compression` gathers until its window is full. */
import { headerOf } from '../watched.js'
import type { Remedy } from './remedy.js'

export const express: Remedy = {
  stack: 'Express',
  detect: (exchange) => /^express$/i.test(headerOf(exchange, 'x-powered-by') ?? ''),
  snippets: {
    compressed:
      "// compression leaves it alone then\nres.setHeader('Cache-Control', 'no-cache, no-transform')\n// or, after every write\nres.flush()",
    'late-headers': 'res.flushHeaders()  // before the first event is there',
    cacheable: "res.setHeader('Cache-Control', 'no-cache, no-transform')",
    leaks: "// of res: req closes once its body is read\nres.on('close', () => subscribers.delete(res))",
  },
}
