/** Loads http-proxy 1.18.1 without the warning that it gives on Node 22 and later. */
import { createRequire } from 'node:module'
import util from 'node:util'
import type HttpProxyServer from 'http-proxy'

/** With `Object.assign` where it looks for the deprecated `util._extend`, which warns when called. */
export function loadHttpProxy(): typeof HttpProxyServer {
  const utilities = util as unknown as Record<string, unknown>
  const deprecated = Object.getOwnPropertyDescriptor(utilities, '_extend')
  Object.defineProperty(utilities, '_extend', { value: Object.assign, configurable: true, writable: true })
  try {
    return createRequire(import.meta.url)('http-proxy') as typeof HttpProxyServer
  } finally {
    if (deprecated) Object.defineProperty(utilities, '_extend', deprecated)
  }
}
