/** The HTTP/1.1 dev proxy: in front of one target, or as the proxy of a browser; with a ledger of what passes. */
import { createServer, type RequestListener } from 'node:http'
import { createFaultPlan } from '../faults/index.js'
import { listen, unlimitHeaders } from '../listening/index.js'
import { followConnections } from './connections.js'
import { bracketed } from './destination.js'
import { describeFailure, sendFailure } from './error-page.js'
import { createExchanges } from './exchanges.js'
import { createForwarder } from './forwarder.js'
import { createHttp2Server } from './http2-front.js'
import { createInterceptors } from './interceptor.js'
import { Ledger } from './ledger.js'
import { type ProxyOptions, readOptions, refuseOwnTarget, type Settings } from './options.js'
import type { Proxy as DevProxy } from './proxy.js'
import { reachTarget } from './reach-target.js'
import { createRouter } from './router.js'
import { createRequestDesk } from './serve-requests.js'
import { serveTunnels, serveUpgrades } from './serve-upgrades.js'
import { StreamCapture } from './stream-capture.js'
import { createStreamWatchers } from './stream-watchers.js'
import { isLocalTarget } from './target.js'
import { createUpstream } from './upstream.js'

const timeoutCheckMs = 1000
/** Node's default of 5 s would close connections that a browser still counts as its own. */
const keepAliveTimeoutMs = 300_000

/**
 * Starts a proxy.
 *
 * @throws SseCoordError `bad-target` when the target is no http or https URL or the proxy itself; `port-in-use` when
 * the port is taken; `bad-option` when an option makes no sense, a fault cannot be read, or the address cannot be listened on.
 */
export async function createProxy(options: ProxyOptions): Promise<DevProxy> {
  const settings = readOptions(options)
  const { target } = settings
  const listening = { host: settings.host, port: settings.port }
  let url = ''
  const ownOrigin = (): string => url

  const faults = createFaultPlan({
    faults: settings.faults,
    ...(settings.seed === undefined ? {} : { seed: settings.seed }),
  })
  const ledger = new Ledger()
  const watchers = createStreamWatchers()
  const capture = new StreamCapture(settings.captureBytes)
  ledger.on('stream-closed', ({ number }) => capture.close(number))
  const exchanges = createExchanges()
  const interceptors = createInterceptors()
  const router = createRouter(settings, listening)
  const upstream = createUpstream(router.rule, !target || !isLocalTarget(target))
  const bounds = boundsOf(settings)
  const server = settings.http2 ? await createHttp2Server(settings.host, bounds) : createServer(bounds)
  server.maxConnections = settings.maxConnections
  unlimitHeaders(server)
  const connections = followConnections(server, { ledger, faults, isSecure: settings.http2, ownOrigin })

  const desk = createRequestDesk(
    { capture, connections, exchanges, faults, interceptors, ledger, router, watchers, ownOrigin },
    settings.emulateLimit,
  )
  const forwarder = createForwarder({
    upstream,
    onResponse: desk.onResponse,
    onFailure: (error, response, { protocol, hostname, port }) =>
      sendFailure(response, describeFailure(`${protocol}//${bracketed(hostname)}:${port}`, error)),
    onUpgrade: ({ socket }) => connections.becomes(socket, 'web-socket'),
  })
  const onRequest: RequestListener = (request, response) => desk.receive(forwarder, request, response)
  const upgradeParts = { connections, forwarder, router, upstream, server, ownOrigin }
  server.on('request', onRequest)
  server.on('checkContinue', onRequest)
  server.on('upgrade', serveUpgrades(upgradeParts))
  server.on('connect', serveTunnels(upgradeParts, settings.forward))

  let closing: Promise<void> | undefined
  function close(): Promise<void> {
    closing ??= (async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      connections.cut()
      await Promise.all([closed, upstream.close()])
    })()
    return closing
  }

  const address = await listen(server, settings.host, settings.port)
  listening.port = address.port
  url = `${settings.http2 ? 'https' : 'http'}://${bracketed(address.address)}:${address.port}`
  try {
    refuseOwnTarget(settings, listening)
  } catch (error) {
    await close()
    throw error
  }
  return {
    url,
    port: address.port,
    target: target?.href ?? null,
    ledger,
    faults,
    capture,
    intercept: interceptors.add,
    watch: watchers.add,
    watchExchanges: exchanges.add,
    reachTarget: async () => (target ? reachTarget(target, upstream) : null),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function boundsOf({ headersTimeoutMs }: Settings) {
  return {
    headersTimeout: headersTimeoutMs,
    connectionsCheckingInterval: timeoutCheckMs,
    keepAliveTimeout: keepAliveTimeoutMs,
  }
}
