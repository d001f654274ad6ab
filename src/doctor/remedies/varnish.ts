/** Varnish. A stream is not to be cached, and passes best through a pipe. */
import { headerOf } from '../watched.js'
import type { Remedy } from './remedy.js'

const pipe = 'sub vcl_recv {\n  if (req.url ~ "^/events") { return (pipe); }\n}'

export const varnish: Remedy = {
  stack: 'Varnish',
  detect: (exchange) => headerOf(exchange, 'x-varnish') !== null || /varnish/i.test(headerOf(exchange, 'via') ?? ''),
  snippets: {
    buffered: pipe,
    'late-headers': pipe,
    cacheable: pipe,
    compressed: `${pipe}\n# or keep it out of gzip\nsub vcl_backend_response {\n  if (bereq.url ~ "^/events") {\n    set beresp.do_gzip = false;\n    set beresp.do_stream = true;\n  }\n}`,
    cut: 'backend default {\n  .between_bytes_timeout = 1h;\n}\n# and start varnishd with -p pipe_timeout=3600',
  },
}
