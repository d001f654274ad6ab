import { type Front, startFront } from './front.js'

/**
 * HAProxy in front of `origin`; `defaults` is what a user would paste into the defaults section. As it comes each
 * event, and the headers, arrive some 200 ms late or with the next; with compression it still flushes each event.
 */
export function startHaproxy(
  origin: string,
  { defaults = '', frontend = '', backend = '', bind = '' } = {},
): Promise<Front> {
  return startFront({
    program: 'haproxy',
    configure: ({ port }) => ({
      name: 'haproxy.cfg',
      text: `global
  maxconn 200
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
${indent(defaults)}
frontend front
  bind 127.0.0.1:${port} ${bind}
${indent(frontend)}
  default_backend origin
backend origin
${indent(backend)}
  server origin ${new URL(origin).host}
`,
    }),
    args: ({ config }) => ['-db', '-f', config],
  })
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line.trim()}`)
    .join('\n')
}
