/** `sse-coord proxy --json`: one JSON object a line, for each typed event of the ledger. */
import type { Proxy as DevProxy, LedgerEvents } from '../../index.js'

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

/** Begins to write. Data of events is left out: its size says enough for a log. Returns how to end it. */
export function writeProxyJson({ ledger }: DevProxy, write: (line: string) => void): () => void {
  const listeners = Object.keys(names).map((name) => {
    const listener = (event: object): void => {
      const { data, ...rest } = event as { data?: string }
      write(JSON.stringify({ type: name, ...rest, ...(data === undefined ? {} : { length: data.length }) }))
    }
    return [name as keyof LedgerEvents, listener] as const
  })
  for (const [name, listener] of listeners) ledger.on(name, listener)
  return () => {
    for (const [name, listener] of listeners) ledger.off(name, listener)
  }
}
