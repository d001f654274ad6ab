/**
 * Reads the stream with `fetch`: can send `Last-Event-ID` and any other header, and sees why a server refuses.
 * HTML standard, section 9.2.2 “Processing model” of the EventSource interface.
 */
import { encodeLastEventId } from '../sse/last-event-id.js'
import type { Plan } from './plan.js'
import { streamReader } from './read-stream.js'
import type { MakeRequest } from './request.js'
import type { OpenStream } from './transport.js'
import type { World } from './world.js'

/** A transport over `fetch`; `request` where a plain GET does not do. */
export function fetchTransport(world: World, plan: Plan, request: MakeRequest = (send) => send()): OpenStream {
  // Changes with a redirect: the next request goes straight to the target, as a browser's does.
  let { url } = plan
  return (lastEventId, _types, listener) => {
    const controller = new AbortController()
    const { signal } = controller

    function end(reason: string, status = 0, retryAfterMs = 0): void {
      if (signal.aborted) return
      controller.abort()
      listener.onEnd(reason, status, retryAfterMs)
    }

    async function send(init?: RequestInit): Promise<Response> {
      const headers = new Headers(init?.headers)
      headers.set('accept', 'text/event-stream')
      if (lastEventId) headers.set('last-event-id', encodeLastEventId(lastEventId))
      const credentials = plan.withCredentials ? 'include' : 'same-origin'
      return world.fetch(url, { ...init, headers, credentials, cache: 'no-store', signal })
    }

    async function read(): Promise<void> {
      const response = await request(send)
      const { status, headers, body } = response
      const type = `${headers.get('content-type')}`
      if (status !== 200 || !/^text\/event-stream\s*(;|$)/i.test(type)) {
        const retryAfterMs = +(headers.get('retry-after') as string) * 1000 || 0
        const reason = status === 204 ? '' : `The server answered ${status === 200 ? type : status}`
        return end(reason, status, retryAfterMs)
      }
      if (signal.aborted) return
      if (response.redirected) url = response.url
      listener.onOpen(new URL(url).origin, true)
      const events = streamReader(lastEventId, listener.onRetry)
      const reader = (body as ReadableStream<Uint8Array>).getReader()
      for (;;) {
        const { done, value } = await reader.read()
        if (signal.aborted) return
        if (done) return end('The stream ended')
        await listener.onEvents(events(value, world.Date.now()))
      }
    }

    read().catch((error) => end(`The connection failed: ${error?.message}`))
    return { close: () => controller.abort() }
  }
}
