/** What helps whatever the stack is, with the one-liners of our own server kit. */
import type { Remedy } from './remedy.js'

export const anyServer: Remedy = {
  stack: 'any server',
  detect: () => true,
  snippets: {
    buffered:
      '# on the response, for nginx and those who follow it\nX-Accel-Buffering: no\nCache-Control: no-cache, no-transform',
    compressed: '# on the response: compressors are to leave it alone\nCache-Control: no-cache, no-transform',
    'compressed-anyway':
      '# no-transform is there, and not heeded; on the response, for those\n# who compress nothing that has a coding\nContent-Encoding: identity',
    'late-headers': '// Node: before the first event is there\nres.flushHeaders()',
    cacheable: 'Cache-Control: no-cache, no-transform',
    cut: "// a comment every 15 s keeps every hop awake\nsetInterval(() => res.write(': hb\\n\\n'), 15_000)",
    'no-heartbeat':
      "// a comment every 15 s keeps every hop awake\nsetInterval(() => res.write(': hb\\n\\n'), 15_000)\n// or, with it built in:\nimport { createSession } from 'sse-coord/server'",
    'http-version':
      "// one stream for all tabs\nimport { SharedEventSource } from 'sse-coord/coordinator'\n// or HTTP/2 with TLS, where all tabs use one connection",
    retry: `// once, at the start of each connection\nres.write(\`retry: \${2000 + Math.random() * 3000 | 0}\\n\\n\`)`,
    herd: `// another number for each connection\nres.write(\`retry: \${2000 + Math.random() * 3000 | 0}\\n\\n\`)`,
    ids: `res.write(\`id: \${id}\\ndata: \${data}\\n\\n\`)`,
    resume:
      "const last = req.headers['last-event-id']\nfor (const event of history.after(last)) res.write(event)\n// and then the live ones; or, with a history built in:\nimport { createChannel } from 'sse-coord/server'",
    leaks: "res.on('close', () => subscribers.delete(res))",
    'abort-not-forwarded': "response.on('close', () => upstream.destroy())",
    'disconnect-not-forwarded': "upstream.on('close', () => upstream.complete || response.destroy())",
  },
}
