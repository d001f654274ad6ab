/** Reads one answer: chunks become events, comments and reconnection times, each with the time of its chunk. */
import { createDecoder, headerOf, type StreamAnswer } from '../client/index.js'
import { redactUrl } from '../evidence/redact.js'
import { createParser } from '../sse/parse.js'
import type { Happening } from './happening.js'
import type { WatchQuiet } from './watch-quiet.js'

/** What goes on from one connection to the next. */
export interface Story {
  lastEventId: string
  retryMs: number
  events: number
  comments: number
  bytes: number
  /** Of the last event; `null` before the first. */
  lastEventAtMs: number | null
}

/** Where in the story this answer stands. */
export interface ReadContext {
  connection: number
  /** Added to the answer's own times. */
  offsetMs: number
  maxDataLength: number
  watchQuiet: WatchQuiet
}

const encoder = new TextEncoder()

/**
 * Yields what comes, and keeps the story up to date.
 *
 * @throws SseCoordError `bad-encoding` where the content encoding is unknown or broken
 */
export async function* readStream(
  answer: StreamAnswer,
  story: Story,
  { connection, offsetMs, maxDataLength, watchQuiet }: ReadContext,
): AsyncGenerator<Happening, void, undefined> {
  const decoder = createDecoder(headerOf(answer.headers, 'content-encoding'))
  const quiet = watchQuiet(redactUrl(answer.url))
  let atMs = 0
  let read: Happening[] = []
  const parser = createParser(
    {
      onEvent({ type, data, lastEventId, hasId }) {
        quiet.close()
        const gapMs = story.lastEventAtMs === null ? null : atMs - story.lastEventAtMs
        const truncated = data.length >= maxDataLength
        const bytes = encoder.encode(data).length
        story.lastEventAtMs = atMs
        story.lastEventId = lastEventId
        read.push({
          kind: 'event',
          atMs,
          connection,
          type,
          id: hasId ? lastEventId : null,
          data,
          bytes,
          truncated,
          gapMs,
        })
      },
      onComment(text) {
        read.push({ kind: 'comment', atMs, connection, text })
      },
      onRetry(retryMs) {
        story.retryMs = retryMs
        read.push({ kind: 'retry', atMs, connection, retryMs })
      },
    },
    { lastEventId: story.lastEventId, maxLength: maxDataLength },
  )
  try {
    for await (const chunk of answer.chunks) {
      atMs = offsetMs + chunk.atMs
      story.bytes += chunk.bytes.length
      yield { kind: 'chunk', atMs, connection, bytes: chunk.bytes }
      if (!decoder) continue
      const body = await decoder.decode(chunk.bytes)
      quiet.take(chunk.bytes.length, body)
      parser.feed(body)
      story.lastEventId = parser.lastEventId
      const happenings = read
      read = []
      for (const happening of happenings) {
        if (happening.kind === 'event') story.events++
        if (happening.kind === 'comment') story.comments++
        yield happening
      }
    }
  } finally {
    quiet.close()
    decoder?.close()
  }
}
