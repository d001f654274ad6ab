/**
 * The wire format as this room needs it: the same reading as `src/sse/parse.ts`, which also keeps comments and bounds,
 * in a third of the bytes (a test holds the two, eventsource-parser and the browsers against each other).
 * HTML standard, sections 9.2.5 “Parsing an event stream” and 9.2.6 “Interpreting an event stream”.
 */
import type { SharedEvent } from './history.js'

/**
 * Makes a reader for the bytes of one connection, split anywhere: it returns the events that a chunk completes. A block
 * that only moves the last event ID on is an event without a type.
 */
export function streamReader(
  startId: string,
  onRetry: (retryMs: number) => void,
): (chunk: Uint8Array, readAt: number) => SharedEvent[] {
  const decoder = new TextDecoder() // strips the byte order mark, replaces malformed bytes
  let lastEventId = startId
  let rest = ''
  let endsInCarriageReturn = false
  let type = ''
  /** 0 in a block with an id, as in its event. */
  let since = 1
  let data: string | undefined

  return (chunk, readAt) => {
    const events: SharedEvent[] = []
    let text = decoder.decode(chunk, { stream: true })
    if (!text) return events
    // A lone CR ends its line at once; an LF that follows in the next chunk belongs to it.
    if (endsInCarriageReturn && text[0] === '\n') text = text.slice(1)
    endsInCarriageReturn = text.endsWith('\r')
    const lines = text.split(/\r\n?|\n/)
    lines[0] = rest + lines[0]
    rest = lines.pop() as string
    for (const line of lines) {
      if (!line) {
        if (data !== undefined || !since) {
          events.push([data === undefined ? '' : type || 'message', data ?? '', lastEventId, since, readAt])
        }
        type = ''
        since = 1
        data = undefined
        continue
      }
      const [name, value = ''] = line.split(/: ?(.*)/s, 2) as string[]
      if (name === 'data') data = data === undefined ? value : `${data}\n${value}`
      else if (name === 'event') type = value
      else if (name === 'id' && !value.includes('\0')) {
        lastEventId = value
        since = 0
      } else if (name === 'retry' && /^\d+$/.test(value)) onRetry(+value)
    }
    return events
  }
}
