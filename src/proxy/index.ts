/** The HTTP/1.1 dev proxy: what it is, what it counts, and what it says as it happens. */
export { createProxy, type Proxy, type ProxyOptions } from './create-proxy.js'
export { Ledger } from './ledger.js'
export type { LedgerEvents, RequestEvent, SocketEvent, StreamEvent } from './ledger-events.js'
