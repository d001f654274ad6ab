/**
 * Reads the stream with the browser's own EventSource: for other origins, where it alone sends `Last-Event-ID` without
 * a preflight, and for the smallest bundle. It connects again by itself; a successor of the leader can say where to
 * resume only in the URL.
 */
import type { SharedEvent } from './history.js'
import type { Plan } from './plan.js'
import type { NativeListener, OpenStream } from './transport.js'

/** Captured when this module loads: an app may replace the global one by ours. */
const NativeEventSource = globalThis.EventSource

/** The part of a plan that is of use here. */
type NativePlan = Pick<Plan, 'url' | 'withCredentials' | 'lastEventIdParam'>

/** A transport over EventSource. `lastEventIdParam` names the query parameter that carries the last event ID. */
export function nativeTransport(plan: NativePlan): OpenStream<NativeListener> {
  const { url, lastEventIdParam } = plan
  return (startId, types, listener) => {
    let lastEventId = startId
    let resumes = !!lastEventIdParam
    const target = new URL(url)
    if (lastEventIdParam && lastEventId) target.searchParams.set(lastEventIdParam, lastEventId)
    // The plan calls its credentials as EventSource does.
    const source = new NativeEventSource(target, plan as EventSourceInit)
    // Calls back in a task of its own, soon and never throttled: events of one task travel together.
    const { port1, port2 } = new MessageChannel()
    let { origin } = target
    const events: SharedEvent[] = []
    /** The source's state as it was before it changed. */
    let before = 0

    function flush(): unknown {
      return listener.onEvents(events.splice(0))
    }

    function receive({ type, data, lastEventId: id, origin: from }: MessageEvent<string>): void {
      // The browser's own `open` or `error`; a stream may have events of these names too.
      if (data === undefined) return void change()
      if (origin !== from) listener.onOpen(from, true)
      origin = from
      if (!events.length) port2.postMessage(1)
      events.push([type, data, id, +(id === lastEventId), Date.now()])
      lastEventId = id
    }

    async function change(): Promise<void> {
      await flush()
      const { readyState } = source
      if (readyState === 1) {
        listener.onOpen(origin, resumes)
        // What connects again by itself resumes by itself.
        resumes = true
      }
      // Refused, -1, or by the page itself cancelled while it was open, 0. In a task of its own: a page that is left cancels
      // its streams too, and is gone by then.
      else if (readyState === 2) port2.postMessage(before - 1)
      // The browser would reconnect to where *this* request began: connect anew instead.
      else if (lastEventIdParam) end(0)
      else listener.onState(-1, 'The connection failed')
      before = readyState
    }

    function close(): void {
      flush()
      source.close()
      port1.close()
    }

    function end(status: number): void {
      close()
      listener.onEnd('The connection failed', status, 0)
    }

    function listen(): void {
      // The same listener for the same type counts once.
      for (const type of ['open', 'error', ...types]) source.addEventListener(type, receive as (event: Event) => void)
    }

    port1.onmessage = ({ data }) => (data > 0 ? flush() : end(data))
    listen()
    return { close, listen }
  }
}
