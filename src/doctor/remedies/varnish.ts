/** Varnish. A stream is not to be cached, and passes best through a pipe. */
import { headerOf } from '../watched.js'
import type { Remedy } from './remedy.js'

/** The app behind it is not asked to compress either. */
const unpacked =
  'sub vcl_recv {\n  if (req.url ~ "^/events") {\n    unset req.http.Accept-Encoding;\n    return (pipe);\n  }\n}'

const pipe = 'sub vcl_recv {\n  if (req.url ~ "^/events") { return (pipe); }\n}'

export const varnish: Remedy = {
  stack: 'Varnish',
  detect: (exchange) => headerOf(exchange, 'x-varnish') !== null || /varnish/i.test(headerOf(exchange, 'via') ?? ''),
  snippets: {
    buffered: pipe,
    'late-headers': pipe,
    cacheable: pipe,
    compressed: `${unpacked}\n# or, where Varnish itself compresses\nsub vcl_backend_response {\n  if (bereq.url ~ "^/events") {\n    set beresp.do_gzip = false;\n    set beresp.do_stream = true;\n  }\n}`,
    cut: 'backend default {\n  .between_bytes_timeout = 1h;\n}\n# and start varnishd with -p pipe_timeout=3600',
  },
}
