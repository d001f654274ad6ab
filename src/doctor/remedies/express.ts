/** Express, and what stands in front of its handlers: `compression` gathers until its window is full. */
import { headerOf } from '../watched.js'
import type { Remedy } from './remedy.js'

export const express: Remedy = {
  stack: 'Express',
  detect: (exchange) => /^express$/i.test(headerOf(exchange, 'x-powered-by') ?? ''),
  snippets: {
    compressed: [
      '// compression leaves it alone then',
      "res.setHeader('Cache-Control', 'no-cache, no-transform')",
      '// or, after every write',
      'res.flush()',
      '// or, for all streams of the app',
      "const isStream = (res) => /event-stream/.test(res.getHeader('content-type'))",
      'const filter = (req, res) => !isStream(res) && compression.filter(req, res)',
      'app.use(compression({ filter }))',
    ].join('\n'),
    'late-headers': 'res.flushHeaders()  // before the first event is there',
    cacheable: "res.setHeader('Cache-Control', 'no-cache, no-transform')",
    leaks: "// of res: req closes once its body is read\nres.on('close', () => subscribers.delete(res))",
  },
}
