import path from 'node:path'
import { type Front, startFront } from './front.js'

/**
 * Varnish in front of `origin`; `vcl` holds whole subroutines. As it comes it streams; with `beresp.do_stream = false` or
 * `beresp.do_gzip = true` nothing arrives.
 */
export function startVarnish(
  origin: string,
  { vcl = '', backend = '', options = [] as string[] } = {},
): Promise<Front> {
  const { hostname, port: originPort } = new URL(origin)
  return startFront({
    program: 'varnishd',
    configure: () => ({
      name: 'default.vcl',
      text: `vcl 4.1;
backend default { .host = "${hostname}"; .port = "${originPort}"; ${backend} }
${vcl}
`,
    }),
    args: ({ port, folder, config }) => [
      ...['-F', '-j', 'none', '-a', `127.0.0.1:${port}`, '-f', config],
      ...['-n', path.join(folder, 'work'), '-s', 'malloc,16m', '-T', 'none', ...options],
    ],
  })
}
