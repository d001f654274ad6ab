/**
 * Reads the stream with `fetch`: can send `Last-Event-ID` and any other header, and sees why a server refuses.
 * HTML standard, section 9.2.2 “Processing model” of the EventSource interface.
 */
import { encodeLastEventId } from '../sse/last-event-id.js'
import { createParser } from '../sse/parse.js'
import type { SharedEvent } from './history.js'
import type { Plan } from './plan.js'
import type { OpenStream, StreamEnd } from './transport.js'
import type { World } from './world.js'

/** A transport over `fetch`. */
export function fetchTransport(world: World, plan: Plan): OpenStream {
  // Once redirected it goes straight to the target, as a browser does.
  let target: string | undefined
  return (request, listener) => {
    const controller = new AbortController()
    let closed = false

    function end(end: StreamEnd): void {
      if (closed) return
      closed = true
      controller.abort()
      listener.onEnd(end)
    }

    async function send(refused: boolean): Promise<Response> {
      const headers = new Headers(typeof plan.headers === 'function' ? await plan.headers({ refused }) : plan.headers)
      headers.set('accept', 'text/event-stream')
      if (request.lastEventId) headers.set('last-event-id', encodeLastEventId(request.lastEventId))
      return world.fetch(target ?? request.url, {
        headers,
        method: plan.method ?? 'GET',
        body: plan.body ?? null,
        credentials: request.withCredentials ? 'include' : 'same-origin',
        cache: 'no-store',
        signal: controller.signal,
      })
    }

    async function read(): Promise<void> {
      let response = await send(false)
      if (response.status === 401 && typeof plan.headers === 'function') {
        response.body?.cancel().catch(() => {})
        response = await send(true)
      }
      if (closed) return
      const { status } = response
      const type = response.headers.get('content-type') ?? 'none'
      if (status !== 200 || !/^text\/event-stream\s*(;|$)/i.test(type) || !response.body) {
        const seconds = Number(response.headers.get('retry-after'))
        return end({
          status,
          refused: true,
          reason:
            status === 200 ? `The content type is ${type}, not text/event-stream` : `The server answered ${status}`,
          ...(seconds > 0 && { retryAfterMs: seconds * 1000 }),
        })
      }
      if (response.redirected) target = response.url
      const { origin } = new URL(response.url || request.url)
      listener.onOpen(origin)
      let events: SharedEvent[] = []
      const parser = createParser(
        {
          onEvent: (event) => events.push([event.type, event.data, event.lastEventId, event.hasId, world.Date.now()]),
          onRetry: (retryMs) => listener.onRetry(retryMs),
        },
        { lastEventId: request.lastEventId },
      )
      const reader = response.body.getReader()
      while (!closed) {
        const { done, value } = await reader.read()
        if (closed) return
        if (done) return end({ status: 0, refused: false, reason: 'The stream ended' })
        parser.feed(value)
        const read = events
        events = []
        listener.onEvents(read, parser.lastEventId, origin)
      }
    }

    read().catch((error) => end({ status: 0, refused: false, reason: `The connection failed: ${error?.message}` }))
    return {
      close() {
        closed = true
        controller.abort()
      },
      addType() {},
    }
  }
}
