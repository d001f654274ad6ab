/** A raw client on `node:http`, read with eventsource-parser, which nobody here wrote. */
import { type IncomingHttpHeaders, request } from 'node:http'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { onTestFinished } from 'vitest'
import { until } from './until.js'

export interface Reader {
  status: number
  headers: IncomingHttpHeaders
  /** Everything that came, as text. */
  text: string
  /** The pieces in which it came. */
  chunks: string[]
  events: EventSourceMessage[]
  comments: string[]
  retry: number | undefined
  ended: boolean
  /** Resolves when `count` events have come. */
  received(count: number): Promise<EventSourceMessage[]>
  close(): void
}

export interface ReaderOptions {
  method?: string
  headers?: Record<string, string>
  body?: string
}

export function open(url: string, options: ReaderOptions = {}): Promise<Reader> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: options.method ?? 'GET', headers: options.headers ?? {}, agent: false })
    onTestFinished(() => {
      outgoing.destroy()
    })
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      const reader: Reader = {
        status: incoming.statusCode ?? 0,
        headers: incoming.headers,
        text: '',
        chunks: [],
        events: [],
        comments: [],
        retry: undefined,
        ended: false,
        received: async (count) => {
          await until(() => reader.events.length >= count)
          return reader.events
        },
        close: () => outgoing.destroy(),
      }
      const parser = createParser({
        onEvent: (event) => reader.events.push(event),
        onComment: (comment) => reader.comments.push(comment),
        onRetry: (retry) => {
          reader.retry = retry
        },
      })
      incoming.setEncoding('utf8')
      incoming.on('data', (chunk: string) => {
        reader.text += chunk
        reader.chunks.push(chunk)
        parser.feed(chunk)
      })
      incoming.on('error', () => {})
      incoming.on('close', () => {
        reader.ended = true
      })
      resolve(reader)
    })
    outgoing.end(options.body)
  })
}
