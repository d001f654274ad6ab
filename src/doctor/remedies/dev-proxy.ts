/**
 * The proxies of Vite, webpack-dev-server and Create React App. All three stand on http-proxy, which forgets one end of
 * a stream when the other goes; the hook ties the two together.
 */
import type { Remedy } from './remedy.js'

/** For `server.proxy` of Vite. */
const vite = [
  "// vite.config.js: server.proxy['/events']",
  'configure(proxy) {',
  "  proxy.on('proxyReq', (upstream, request, response) => {",
  "    response.on('close', () => upstream.destroy())",
  '  })',
  "  proxy.on('proxyRes', (upstream, request, response) => {",
  "    upstream.on('close', () => upstream.complete || response.destroy())",
  '  })',
  '}',
].join('\n')

export const devProxy: Remedy = {
  stack: 'Vite, webpack or CRA',
  detect: () => false,
  snippets: { 'abort-not-forwarded': vite, 'disconnect-not-forwarded': vite },
}
