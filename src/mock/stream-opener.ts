/** Opens streams on requests, with whatever the faults that are on do to them. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FaultPlan, ResponseHead } from '../faults/index.js'
import { type CreateSessionOptions, createSession, createSessionOn, type Session } from '../server/index.js'
import { lastEventIdFrom, withHeaders } from '../server/stream-head.js'
import { createNodeSink } from './node-sink.js'
import { createSinkOutlet, type FaultedResponse } from './sink-outlet.js'

/** Who writes to a stream waits while the faults hold back more than this. */
const maxHeldBytes = 262_144

/** Opens streams. */
export interface StreamOpener {
  /** `undefined` when a fault has answered in place of the stream, or never will. */
  openSink(request: IncomingMessage, response: ServerResponse, onRelief: () => void): FaultedResponse | undefined
  /** The same with a session to write to. `render` changes the text of each batch for this client. */
  openSession(
    request: IncomingMessage,
    response: ServerResponse,
    options: CreateSessionOptions,
    render?: (text: string) => string,
  ): Session | undefined
}

/** Makes an opener. */
export function createStreamOpener(plan: FaultPlan): StreamOpener {
  function openSink(
    request: IncomingMessage,
    response: ServerResponse,
    onRelief: () => void,
  ): FaultedResponse | undefined {
    const client = { address: request.socket.remoteAddress ?? '', userAgent: request.headers['user-agent'] ?? '' }
    const faults = plan.begin({ url: request.url ?? '/', wantsStream: true, client })
    const own = createNodeSink(response)
    const isFree = (): boolean => !response.writableNeedDrain && (row?.held ?? 0) <= maxHeldBytes
    const relieve = (): void => {
      if (isFree()) onRelief()
    }
    const row = faults.stream(own, true, relieve)
    response.on('drain', relieve)
    response.once('close', () => row?.close())
    const sink = row?.sink ?? own
    const headers = takeHeaders(response)
    const { instead } = faults
    if (!instead) return { sink, isFree, isFaulted: row !== undefined, headers }
    if (instead.kind === 'answer') {
      // Through the row as well: what delays a stream or takes headers away does so to an error.
      sink.head({ status: instead.status, headers: [...headers, ...instead.headers] })
      if (instead.body !== '') sink.write(Buffer.from(instead.body))
      sink.end()
    }
    return undefined
  }

  return {
    openSink,
    openSession(request, response, options, render) {
      if (request.method === 'HEAD') return createSession(request, response, options)
      let relieve = (): void => {}
      const opened = openSink(request, response, () => relieve())
      if (!opened) return undefined
      if (!opened.isFaulted && !render) {
        for (const [name, value] of opened.headers) response.setHeader(name, value)
        return createSession(request, response, options)
      }
      const outlet = createSinkOutlet(response, opened, {
        headers: withHeaders(options.headers ?? {}),
        render,
        onRelief: (listener) => {
          relieve = listener
        },
      })
      const header = request.headers['last-event-id']
      return createSessionOn(outlet, lastEventIdFrom(String(header ?? ''), request.url), options)
    },
  }
}

/** Takes the headers out of the response, so that faults can see and change them. */
function takeHeaders(response: ServerResponse): ResponseHead['headers'] {
  const headers: [string, string][] = []
  for (const [name, value] of Object.entries(response.getHeaders())) {
    response.removeHeader(name)
    for (const one of Array.isArray(value) ? value : [value]) headers.push([canonical(name), String(one)])
  }
  return headers
}

/** `getHeaders` answers in lower case; `Access-Control-Allow-Origin` is how it was written. */
function canonical(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase())
}
