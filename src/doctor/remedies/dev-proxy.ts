/**
 * The proxies of Vite, webpack-dev-server and Create React App. All three stand on http-proxy, which forgets one end of
 * a stream when the other goes; the hook ties the two together. None of them names itself in its answers.
 */
import type { Remedy } from './remedy.js'

const inVite = [
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

/** Of http-proxy-middleware 2, which both hand their options to. Its version 3 has neither fault. */
const inMiddleware = [
  '// webpack.config.js: devServer.proxy[0]; CRA: src/setupProxy.js',
  '// http-proxy-middleware from 3.0 on needs none of this',
  'onProxyReq(upstream, request, response) {',
  "  response.on('close', () => upstream.destroy())",
  '},',
  'onProxyRes(upstream, request, response) {',
  "  upstream.on('close', () => upstream.complete || response.destroy())",
  '},',
].join('\n')

export const vite: Remedy = {
  stack: 'Vite',
  detect: () => false,
  snippets: { 'abort-not-forwarded': inVite, 'disconnect-not-forwarded': inVite },
}

export const webpack: Remedy = {
  stack: 'webpack-dev-server, Create React App',
  detect: () => false,
  snippets: { 'abort-not-forwarded': inMiddleware, 'disconnect-not-forwarded': inMiddleware },
}
