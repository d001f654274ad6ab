/**
 * Reads the stream with the browser's own EventSource: for other origins, where it alone sends `Last-Event-ID` without
 * a preflight, and for the smallest bundle. It connects again by itself; a successor of the leader can say where to
 * resume only in the URL.
 */
import type { SharedEvent } from './history.js'
import type { OpenStream } from './transport.js'

/** Captured when this module loads: an app may replace the global one by ours. */
const NativeEventSource = globalThis.EventSource

/** Calls back in a task of its own, soon and never throttled. */
function soon(callback: () => void): void {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => {
    port1.close()
    callback()
  }
  port2.postMessage(0)
}

/** A transport over EventSource. `lastEventIdParam` names the query parameter that carries the last event ID. */
export function nativeTransport(lastEventIdParam?: string): OpenStream {
  return (request, listener) => {
    const url = new URL(request.url)
    if (lastEventIdParam && request.lastEventId) url.searchParams.set(lastEventIdParam, request.lastEventId)
    const source = new NativeEventSource(url.href, { withCredentials: request.withCredentials })
    const types = new Set<string>()
    let lastEventId = request.lastEventId
    let origin = url.origin
    let events: SharedEvent[] = []
    let closed = false

    function flush(): void {
      if (closed || !events.length) return
      const read = events
      events = []
      listener.onEvents(read, lastEventId, origin)
    }

    function receive(event: MessageEvent<string>): void {
      origin = event.origin
      if (!events.length) soon(flush)
      events.push([event.type, event.data, event.lastEventId, event.lastEventId !== lastEventId, Date.now()])
      lastEventId = event.lastEventId
    }

    function addType(type: string): void {
      if (types.has(type) || type === 'open' || type === 'error') return
      types.add(type)
      source.addEventListener(type, receive as (event: Event) => void)
    }

    source.onopen = () => listener.onOpen(origin)
    source.onerror = () => {
      flush()
      // With a parameter the browser would reconnect to where *this* request began: connect anew instead.
      const refused = source.readyState === 2
      if (!refused && !lastEventIdParam) return listener.onLost()
      close()
      listener.onEnd({
        status: 0,
        refused,
        reason: refused ? 'The server refused the stream' : 'The connection was lost',
      })
    }
    function close(): void {
      flush()
      closed = true
      source.close()
    }

    addType('message')
    for (const type of request.types) addType(type)
    return { close, addType }
  }
}
