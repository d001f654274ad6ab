/** The seam for whoever wants every request and response, such as the HAR export: heads and moments, no bodies. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ResponseHead } from '../faults/index.js'
import { epochNow } from './clock.js'

/** A request as it came. */
export interface ExchangeStart {
  request: IncomingMessage
  origin: string
  at: number
}

/** Follows one exchange. */
export interface ExchangeWatcher {
  /** The head as it is sent to the client, unless a page of the proxy's own is; and the number of the stream, if it is one. */
  head(head: ResponseHead, at: number, stream: number | null): void
  /** The response is over. `status` is what was sent, or 0. */
  close(status: number, at: number): void
}

/** Asked for each request; `undefined` lets it pass unwatched. */
export type WatchExchange = (start: ExchangeStart) => ExchangeWatcher | undefined

/** All who watch exchanges. */
export interface Exchanges {
  add(watch: WatchExchange): () => void
  begin(request: IncomingMessage, response: ServerResponse, origin: string): void
  head(request: IncomingMessage, head: ResponseHead, stream: number | null): void
}

/** Nobody watches at first. */
export function createExchanges(): Exchanges {
  const watches = new Set<WatchExchange>()
  const watchers = new WeakMap<IncomingMessage, ExchangeWatcher[]>()
  return {
    add(watch) {
      const own: WatchExchange = (start) => watch(start)
      watches.add(own)
      return () => void watches.delete(own)
    },
    begin(request, response, origin) {
      if (watches.size === 0) return
      const at = epochNow()
      const mine = [...watches].flatMap((watch) => watch({ request, origin, at }) ?? [])
      watchers.set(request, mine)
      response.once('close', () => {
        const status = response.headersSent ? response.statusCode : 0
        for (const watcher of mine) watcher.close(status, epochNow())
      })
    },
    head(request, head, stream) {
      for (const watcher of watchers.get(request) ?? []) watcher.head(head, epochNow(), stream)
    },
  }
}
