/** `sse-coord proxy --json`: one JSON object a line, for each typed event of the ledger. */
import type { Proxy as DevProxy, LedgerEvents } from '../../index.js'
import { jsonText } from '../../report/index.js'

/** Every event of the ledger; the compiler sees that none is missing. */
const names: Record<keyof LedgerEvents, true> = {
  'socket-opened': true,
  'socket-changed': true,
  'socket-closed': true,
  'request-started': true,
  'request-finished': true,
  'stream-opened': true,
  'stream-event': true,
  'stream-closed': true,
  limit: true,
}

/** Fields that are addresses, which may carry secrets. */
const addresses = new Set(['url', 'page', 'target'])

/** Writes objects, one a line, without the secrets in their addresses. */
export function createJsonWriter(
  write: (line: string) => void,
  redactUrl: (url: string) => string,
): (value: object) => void {
  const redact = (key: string, value: unknown): unknown =>
    addresses.has(key) && typeof value === 'string' ? redactUrl(value) : value
  return (value) => write(jsonText(value, redact))
}

/** Begins to write. Data of events is left out: its size says enough for a log. Returns how to end it. */
export function writeProxyJson({ ledger }: DevProxy, write: (value: object) => void): () => void {
  const listeners = Object.keys(names).map((name) => {
    const listener = (event: object): void => {
      const { type, data, ...rest } = event as { type?: string; data?: string }
      const own = type === undefined ? {} : { eventType: type, length: data?.length }
      write({ type: name, ...rest, ...own })
    }
    return [name as keyof LedgerEvents, listener] as const
  })
  for (const [name, listener] of listeners) ledger.on(name, listener)
  return () => {
    for (const [name, listener] of listeners) ledger.off(name, listener)
  }
}
