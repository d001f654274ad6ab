import type { IncomingMessage, ServerResponse } from 'node:http'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import httpProxy from 'http-proxy'
import type { Finding } from '../../src/evidence/report.js'
import { diagnose } from '../../src/index.js'
import { freePort } from './free-port.js'

/** What Vite hands to `configure`. */
type Configure = (proxy: httpProxy) => void

/** http-proxy as Vite and webpack-dev-server use it, in front of a port of this machine. */
export async function startHttpProxy(
  targetPort: number,
  configure: Configure,
): Promise<{ url: string; close(): Promise<void> }> {
  const proxy = httpProxy.createProxyServer({ target: `http://127.0.0.1:${targetPort}` })
  configure(proxy)
  proxy.on('error', () => {})
  const server = http.createServer((request, response) => proxy.web(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      proxy.close()
    },
  }
}

/** The hook that the doctor tells people to paste, as code. */
export const tieBothEnds: Configure = (proxy) => {
  proxy.on('proxyReq', (upstream, _request: IncomingMessage, response: ServerResponse) => {
    response.on('close', () => upstream.destroy())
  })
  proxy.on('proxyRes', (upstream, _request, response: ServerResponse) => {
    upstream.on('close', () => upstream.complete || response.destroy())
  })
}

/** What a check says of http-proxy, by `via` and `listen`. */
export async function findingThrough(id: string, configure: Configure): Promise<Finding> {
  const port = await freePort()
  const proxy = await startHttpProxy(port, configure)
  try {
    const { findings } = await diagnose({ via: `${proxy.url}/events`, listen: port, onlyChecks: [id], for: 1000 })
    if (!findings[0]) throw new Error('no finding')
    return findings[0]
  } finally {
    await proxy.close()
  }
}
