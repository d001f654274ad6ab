import { type Front, startFront } from './front.js'

/**
 * Caddy in front of `origin`; `proxy` is what a user would paste into the reverse_proxy block. It flushes event streams
 * whatever `flush_interval` says; with `encode` it holds the headers until the first event.
 */
export function startCaddy(origin: string, { proxy = '', site = '' } = {}): Promise<Front> {
  return startFront({
    program: 'caddy',
    configure: ({ port }) => ({
      name: 'Caddyfile',
      text: `{
  admin off
  auto_https off
}
http://127.0.0.1:${port} {
  ${site}
  reverse_proxy ${new URL(origin).host} {
    ${proxy}
  }
}
`,
    }),
    args: ({ config }) => ['run', '--adapter', 'caddyfile', '--config', config],
    signal: 'SIGKILL',
  })
}
