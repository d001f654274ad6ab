/** Next.js: only a route handler that returns a stream, and is not rendered ahead, sends events one by one. */
import { headerOf } from '../watched.js'
import type { Remedy } from './remedy.js'

const handler = [
  "export const dynamic = 'force-dynamic'",
  'export function GET(request) {',
  '  const encode = (text) => new TextEncoder().encode(text)',
  '  const stream = new ReadableStream({',
  '    start(controller) {',
  "      controller.enqueue(encode(': hi\\n\\n'))  // and the headers",
  '      const send = (data) =>',
  `        controller.enqueue(encode(\`data: \${data}\\n\\n\`))`,
  '      const leave = subscribe(send)',
  "      request.signal.addEventListener('abort', leave)",
  '    },',
  '  })',
  '  return new Response(stream, {',
  '    headers: {',
  "      'content-type': 'text/event-stream',",
  "      'cache-control': 'no-cache, no-transform',",
  '    },',
  '  })',
  '}',
].join('\n')

export const next: Remedy = {
  stack: 'Next.js',
  // Route handlers are answered without x-powered-by.
  detect: (exchange) =>
    /^next\.js/i.test(headerOf(exchange, 'x-powered-by') ?? '') ||
    /next-router/i.test(headerOf(exchange, 'vary') ?? ''),
  snippets: { buffered: handler, compressed: handler, 'late-headers': handler, cacheable: handler },
}
