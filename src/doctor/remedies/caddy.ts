/** Caddy as a reverse proxy. It flushes event streams by itself unless `flush_interval` or `encode` say otherwise. */
import { headerOf } from '../watched.js'
import type { Remedy } from './remedy.js'

export const caddy: Remedy = {
  stack: 'Caddy',
  detect: (exchange) => /caddy/i.test(`${headerOf(exchange, 'server') ?? ''} ${headerOf(exchange, 'via') ?? ''}`),
  snippets: {
    buffered: 'reverse_proxy 127.0.0.1:3000 {\n  flush_interval -1\n}',
    delayed: 'reverse_proxy 127.0.0.1:3000 {\n  flush_interval -1\n}',
    // With `encode` the headers wait for the first event, even where nothing is compressed in the end.
    'late-headers': '@notStream not path /events\nencode @notStream gzip zstd',
    compressed: '@notStream not path /events\nencode @notStream gzip zstd',
    cut: 'reverse_proxy 127.0.0.1:3000 {\n  transport http {\n    read_timeout 1h\n  }\n}',
  },
}
