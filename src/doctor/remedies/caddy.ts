/** Caddy as a reverse proxy. It flushes event streams by itself, unless it is told to buffer or to encode. */
import { headerOf } from '../watched.js'
import type { Remedy } from './remedy.js'

export const caddy: Remedy = {
  stack: 'Caddy',
  detect: (exchange) => /caddy/i.test(`${headerOf(exchange, 'server') ?? ''} ${headerOf(exchange, 'via') ?? ''}`),
  snippets: {
    // flush_interval does not help against the other two; nor is it needed, as Caddy flushes event streams by itself.
    buffered: '# without buffer_responses and response_buffers\nreverse_proxy 127.0.0.1:3000 {\n  flush_interval -1\n}',
    // With `encode` the headers wait for the first event, even where nothing is compressed in the end.
    'late-headers': '@notStream not path /events\nencode @notStream gzip zstd',
    // The app behind it may compress without flushing, and is not asked to.
    compressed: 'reverse_proxy 127.0.0.1:3000 {\n  header_up Accept-Encoding identity\n}',
    cacheable: 'reverse_proxy 127.0.0.1:3000 {\n  header_down Cache-Control "no-cache, no-transform"\n}',
    cut: 'reverse_proxy 127.0.0.1:3000 {\n  transport http {\n    read_timeout 1h\n  }\n}',
  },
}
